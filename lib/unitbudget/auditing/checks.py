"""One rule at one place of a document, and its verdict."""

from __future__ import annotations

from dataclasses import dataclass

from unitbudget.auditing.evaluate import Binding, Evaluator, Outcome
from unitbudget.auditing.rules import Rule


@dataclass(frozen=True, slots=True)
class Check:
    """One rule at one place of a document, and its verdict."""

    rule: Rule
    at: Binding
    subject: str
    outcome: Outcome

    @property
    def status(self) -> str:
        return self.outcome.status

    def again(self, evaluator: Evaluator) -> Outcome | None:
        """The verdict on the same place of the document as changed for trial."""
        return evaluator.judge(self.rule.statement, self.at)
