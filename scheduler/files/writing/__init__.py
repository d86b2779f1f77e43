"""A roster's workbook, sheet by sheet, from an edition; decides nothing."""
