"""3xx: visibility, and where a secret would flow."""

from __future__ import annotations

from .code import Code

FLOW: dict[str, Code] = {
    "SEC301": Code(
        "a secret value called public",
        "What derives from an input is secret, whatever it is assigned to. Only disclose lowers.",
        "remove `public`, and disclose the value to a party under a policy",
    ),
    "SEC302": Code(
        "a secret value called known to a party",
        "What derives from an input is secret, whatever it is assigned to. Only disclose lowers.",
        "remove `known to`, and disclose the value to that party under a policy",
    ),
    "SEC303": Code(
        "a secret value printed",
        "A print is seen by everybody who takes part.",
        "disclose it instead: disclose NAME to PARTY under POLICY because \"…\"",
    ),
    "SEC304": Code(
        "a run that stops because of a secret",
        "Everybody sees whether a run stops, and so learns the condition.",
        "assert something public, or disclose the value",
    ),
    "SEC305": Code(
        "a branch on a secret",
        "Everybody sees which statements run, and so learns the condition.",
        "choose between values: if c then a else b",
    ),
    "SEC306": Code(
        "a size that depends on a secret",
        "Everybody sees how long tables are.",
        "write a number as the bound",
    ),
    "SEC307": Code(
        "a parameter that depends on a secret",
        "Range and default of a parameter are part of the public contract.",
        "write a literal",
    ),
    "SEC308": Code(
        "a policy that depends on a secret",
        "Every party must be able to read what the policy demands.",
        "write a number",
    ),
    "SEC309": Code(
        "a precision that depends on a secret",
        "The precision of a number is part of its public type.",
        "write a number of bits",
    ),
    "SEC310": Code(
        "a range that depends on a secret",
        "The range of a column or value is part of its public type.",
        "write a literal",
    ),
    "SEC311": Code(
        "a place or a number of trips that depends on a secret",
        "Everybody sees how often a loop runs and which part of an array is taken.",
        "loop to a public bound; look single elements up, as in x[i], where i may be secret",
    ),
}  # fmt: skip
