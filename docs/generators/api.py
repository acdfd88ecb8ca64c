"""Writes docs/reference/api.md: every operation of the API with its parameters and answers."""

from collections.abc import Iterator

from schoolward.web.api.urls import description, marks

HEAD = """# The API

{about}

`GET /api/v1/openapi.json` gives this for programs (OpenAPI {version}), to anyone. Every operation is asked
with GET.

## Who may ask

Send `Authorization: Bearer TOKEN` with a token made on the site under *Roles*, then *Tokens for programs*.
It acts in the role it was made in, and ends on its last day, when it is revoked, or with the role. Somebody
signed in on the site may ask with the session as well.

## When there is no answer

A problem is JSON with `what` is wrong, `where`, and what to `do`. 401: nobody is known. 403: the role may
not. 404: it is not there, is another authority's, or nothing was known then. 405: anything but reading.
422: the request cannot be read, or has a parameter that is not known.
"""


def render() -> str:
    """The page."""
    told = description()
    operations = [_operation(route, methods["get"]) for route, methods in told["paths"].items()]
    answers = sorted((name, it) for name, it in told["components"]["schemas"].items() if "properties" in it)
    head = HEAD.format(about=told["info"]["description"], version=told["openapi"])
    return (
        "\n\n".join([head.strip(), *operations, "## Answers", *(_schema(*each) for each in answers)]) + "\n"
    )


def _operation(route: str, it: dict) -> str:
    needs = " or ".join(f"`{permission}`" for permission in marks[it["operationId"]].permissions)
    rows = "\n".join(_parameters(it["parameters"]))
    table = f"\n\n| Parameter | Is | |\n|---|---|---|\n{rows}" if rows else ""
    answer = _type(it["responses"]["200"]["content"]["application/json"]["schema"])
    return f"## {it['summary']}\n\n`GET {route}`: {it['description']} Needs {needs}. Answers {answer}.{table}"


def _parameters(parameters: list[dict]) -> Iterator[str]:
    for each in parameters:
        schema = each["schema"]
        notes = [each.get("description") or schema.get("description", "")]
        if each["required"]:
            notes.append("Required.")
        elif schema.get("default") not in (None, ""):
            notes.append(f"Default: `{schema['default']}`.")
        yield f"| `{each['name']}` | {_type(schema)} | {' '.join(filter(None, notes))} |"


def _schema(name: str, it: dict) -> str:
    lines = ((field, _type(each), each.get("description", "")) for field, each in it["properties"].items())
    rows = "\n".join(f"| `{field}` | {kind} | {about} |" for field, kind, about in lines)
    return f"### {name}\n\n{it.get('description', '')}\n\n| Field | Is | |\n|---|---|---|\n{rows}"


def _type(schema: dict) -> str:
    """A type in few words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"name to {_type(values)}" if isinstance(values, dict) and values else "object"
    words = {"integer": "whole number", "null": "null", "string": "text", "boolean": "true or false"}
    return schema.get("format") or words.get(schema.get("type", ""), schema.get("type", "anything"))
