"""What the DAGs of the proof make of its answer."""

from __future__ import annotations


def what_is_off(proof: dict) -> str:
    lines = []
    for check in proof["checks"]:
        if not check["balanced"]:
            lines.append(f"{check['name']}: expected {check['expected']}, got {check['actual']}")
            lines.extend(f"    {place}" for place in check["where"])
    return "\n".join(lines)


def totals_of(proof: dict) -> dict:
    """The totals of the streams. Raises with every check that differs if the books don't balance."""
    print(proof.get("read", ""))
    if not proof["balanced"]:
        raise RuntimeError(f"The books do not balance.\n{what_is_off(proof)}")
    return proof["streams"]
