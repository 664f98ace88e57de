"""For everybody else: notebooks run and exported, briefings, evidence, workbooks."""
