"""Work that takes longer than a click: rows of jobs, and the processes that carry them out. Knows no page.

`queue` asks for jobs and hands them out, `carrying` carries one out and commits it, `computing` is the process that only
computes, `running` the process that a server starts beside itself.
"""
