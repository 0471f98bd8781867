"""XML in and out, for the SDKs that speak it: one generic turn of JSON into XML and back.

Source: Intuit, REST API features (XML unless JSON is asked for), Finance.xsd (which members are
attributes, which elements repeat); ruckus/quickbooks-ruby spec/fixtures, read 2026-11-26.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

import orjson
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from recon.sandbox import faults

TYPE = "application/xml;charset=UTF-8"
_NAMESPACE = "http://schema.intuit.com/finance/v3"
_ATTRIBUTES = frozenset(
    {
        *("domain", "sparse", "status", "bId", "startPosition", "maxResults", "totalCount"),
        *("code", "element", "operation", "optionsData"),
    }
)
# A report's cells are nothing but attributes (balance_sheet_with_year_summary.xml of the fixtures).
_ATTRIBUTES_OF = {"Fault": ("type",), "Row": ("type", "group"), "ColData": ("value", "id")}
# Elements with text of their own beside attributes: references, and memos.
_VALUED = frozenset({"value", "name", "type"})
_MEMOS = frozenset({"CustomerMemo"})
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DEEPEST = 30
_SAID = {"true": True, "false": False}
_REPEATED = frozenset(
    {
        *("Line", "LinkedTxn", "TaxLine", "CustomField", "NameValue", "BatchItemRequest"),
        *("AttachableRef", "TaxRateDetail", "TaxRateDetails", "ItemGroupLine"),
        *("OtherContactInfo", "EffectiveTaxRate"),
    }
)


def wanted(accept: str, otherwise: str) -> bool:
    """Whether a client that sends this Accept header gets XML.

    Args:
        accept: the header.
        otherwise: json or xml, for a header that names neither.
    """
    if "json" in accept:
        return False
    return "xml" in accept or otherwise == "xml"


def xml(answer: bytes) -> bytes:
    """An answer's JSON as the IntuitResponse that QuickBooks would send."""
    members: dict[str, Any] = orjson.loads(answer)
    attributes = {"xmlns": _NAMESPACE}
    time = members.pop("time", None)
    is_report = "Columns" in members
    if time and not is_report:
        attributes["time"] = str(time)
    root = Element("Report" if is_report else "IntuitResponse", attributes)
    for name, value in members.items():
        _add(root, name, value)
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    text: bytes = tostring(root, encoding="utf-8")
    return head + text


def _add(parent: Element, name: str, value: Any) -> None:
    """One member as an element, or, if it is a list, as several."""
    if isinstance(value, list):
        for each in value:
            _add(parent, name, each)
    elif name == "LineEx" and isinstance(value, dict) and isinstance(value.get("any"), list):
        # In JSON each of them stands in a wrapper of its own.
        inner = [each.get("value") for each in value["any"] if isinstance(each, dict)]
        _add(SubElement(parent, name), "NameValue", inner)
    elif isinstance(value, dict):
        element = SubElement(parent, name)
        valued = "value" in value and set(value) <= _VALUED and name != "ColData"
        for key, inner in value.items():
            if valued and key == "value":
                element.text = _text(inner)
            elif valued or key in _ATTRIBUTES or key in _ATTRIBUTES_OF.get(name, ()):
                element.set(key, _text(inner))
            else:
                _add(element, key, inner)
    elif value is not None:
        SubElement(parent, name).text = _text(value)


def _text(value: Any) -> str:
    """A value as text, without the control characters that XML 1.0 cannot hold."""
    return str(value).lower() if isinstance(value, bool) else _UNFIT.sub("", str(value))


def json(request: bytes) -> bytes:
    """A request's XML as the JSON that says the same.

    Raises:
        Fault: 2010 for what is not XML, XML that would do more than say something, or that is
            nested deeper than any record.
    """
    try:
        root = fromstring(request)
    except (ParseError, DefusedXmlException) as error:
        raise faults.invalid_property() from error
    value = _value(root)
    return orjson.dumps(value if isinstance(value, dict) else {})


def _value(element: Element, depth: int = 0) -> Any:
    """An element as the value of a JSON member."""
    if depth > _DEEPEST:
        raise faults.invalid_property(_name(element))
    name = _name(element)
    text = (element.text or "").strip()
    if len(element) == 0:
        if name in _MEMOS or (name.endswith("Ref") and name not in _REPEATED):
            return {"value": text, **element.attrib} if text else {}
        return _SAID.get(text, element.text or "")
    members: dict[str, Any] = {key: _SAID.get(said, said) for key, said in element.attrib.items()}
    for child in element:
        key, value = _name(child), _value(child, depth + 1)
        if key in _REPEATED:
            members.setdefault(key, []).append(value)
        else:
            members[key] = value
    return members


def _name(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]
