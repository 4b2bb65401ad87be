"""The API's description as one page: no script, nothing loaded from elsewhere."""

import json
from typing import Any

from jinja2 import Environment

from partners.problems import TITLES

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ api.info.title }}</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h2{margin-top:2.5rem;border-top:1px solid #d0d7de;padding-top:1rem}
code,pre{font:14px/1.45 ui-monospace,monospace;background:#f3f5f7;border-radius:4px}
code{padding:.1em .3em}pre{padding:.8rem;overflow:auto;max-height:24rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0}
b.method{display:inline-block;min-width:4.5rem;color:#0a5c8a}summary{cursor:pointer}
@media(prefers-color-scheme:dark){body{background:#14181c;color:#e3e7ea}code,pre{background:#20262c}b.method{color:#6bc1ee}}
</style>
<h1>{{ api.info.title }}</h1>
<p>{{ api.info.description }} Machine-readable: <a href="/v1/openapi.json">openapi.json</a>.</p>
<p>Every call carries <code>Authorization: Bearer &lt;key&gt;</code>. Bodies are <code>application/json</code>.</p>
<ul>{% for call in calls %}
<li><a href="#{{ call.operationId }}">{{ call.method }} {{ call.path }}</a></li>{% endfor %}</ul>
{% for call in calls %}
<h2 id="{{ call.operationId }}"><b class="method">{{ call.method }}</b> <code>{{ call.path }}</code></h2>
<p>{{ call.description }}</p>
{% if call.parameters %}<table><tr><th>parameter</th><th>in</th><th></th></tr>
{% for one in call.parameters %}<tr><td><code>{{ one.name }}</code>{{ " (needed)" if one.required }}</td>
<td>{{ one["in"] }}</td><td>{{ one.description or "" }}</td></tr>{% endfor %}</table>{% endif %}
{% if call.body %}<p>Body: <a href="#{{ call.body }}">{{ call.body }}</a>, for example</p>
{% for one in examples[call.body] %}<pre>{{ one }}</pre>{% endfor %}{% endif %}
<table>{% for status, one in call.responses|dictsort if status not in always %}<tr><td><code>{{ status }}</code></td>
<td>{{ one.description }}{% if one.shape %} <a href="#{{ one.shape }}">{{ one.shape }}</a>{% endif %}</td></tr>
{% endfor %}</table>
{% endfor %}
<h2 id="errors">Errors</h2>
<p>Any call may also answer:</p>
<table>{% for status, one in common %}<tr><td><code>{{ status }}</code></td><td>{{ one }}</td></tr>{% endfor %}</table>
<p>Every error is a problem document (RFC 9457, <code>application/problem+json</code>).
Its <code>type</code> is one of:</p>
<table>{% for kind, title in kinds.items() %}
<tr id="{{ kind }}"><td><code>{{ kind }}</code></td><td>{{ title }}</td></tr>{% endfor %}</table>
<h2>Shapes</h2>
{% for name, shape in shapes %}<details id="{{ name }}"><summary><code>{{ name }}</code></summary>
<pre>{{ shape }}</pre></details>{% endfor %}
</html>"""

_page = Environment(autoescape=True).from_string(PAGE)


def docs(description: dict[str, Any]) -> str:
    """The page for an OpenAPI description."""
    calls = [
        {**operation, "path": path, "method": method.upper(), "body": _shape(operation.get("requestBody", {}))}
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    ]
    for call in calls:
        call["responses"] = {
            status: {"description": one["description"], "shape": _shape(one) if status < "300" else None}
            for status, one in call["responses"].items()
        }
    always = set.intersection(*(set(call["responses"]) for call in calls))
    schemas = description["components"]["schemas"]
    return _page.render(
        api=description,
        calls=calls,
        always=always,
        common=[(status, calls[0]["responses"][status]["description"]) for status in sorted(always)],
        examples={name: [_json(one) for one in schema.get("examples", ())] for name, schema in schemas.items()},
        shapes=[(name, _json(schema)) for name, schema in schemas.items()],
        kinds=TITLES,
    )


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _shape(part: dict[str, Any]) -> str | None:
    """The name of the shape of a body."""
    references = (one.get("schema", {}).get("$ref", "") for one in part.get("content", {}).values())
    return next((one.rsplit("/", 1)[1] for one in references if one), None)
