"""CP-SAT in the desk's words: what rules write in; knows neither rules nor how a model is solved."""
