"""Calls SOAP services with zeep: a JSON list of calls on stdin, a JSON list of results on stdout.

A call is {wsdl, version, operation, body, headers?}; a result {ok, body, headers?}, {fault: {code, text, name, detail}} or {error}.
Bodies are in the gateway's form; numbers keep their text."""

import base64
import decimal
import json
import sys

import zeep
from lxml import etree
from zeep import xsd
from zeep.wsdl.bindings.soap import Soap11Binding, Soap12Binding
from zeep.xsd.types.builtins import Base64Binary, BuiltinType
from zeep.xsd.valueobjects import CompoundValue

BINDINGS = {'1.1': Soap11Binding, '1.2': Soap12Binding}
# Of SOAP's encoding, the one schema that zeep asks the network for, what the suite uses.
ENCODING = b"""<xs:schema targetNamespace="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:attribute name="arrayType" type="xs:string"/>
<xs:complexType name="Array"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>
<xs:attribute name="arrayType" type="xs:string"/></xs:complexType></xs:schema>"""


class Transport(zeep.Transport):
    def load(self, url):
        if url.startswith('http://127.0.0.1:'):
            return super().load(url)
        if url.startswith('http://schemas.xmlsoap.org/soap/encoding'):
            return ENCODING
        raise IOError(f'not fetched: {url}')


clients = {}


def client_of(url):
    if url not in clients:
        clients[url] = zeep.Client(url, transport=Transport(timeout=20, operation_timeout=20))
    return clients[url]


def find(client, version, operation):
    for service in client.wsdl.services.values():
        for port in service.ports.values():
            if type(port.binding) is BINDINGS[version] and operation in port.binding._operations:
                return client.bind(service.name, port.name), port.binding._operations[operation]
    raise LookupError(f'no port of SOAP {version} with {operation}')


def call(request):
    client = client_of(request['wsdl'])
    proxy, operation = find(client, request['version'], request['operation'])
    # All of the answer: zeep takes an object with one member apart for its users.
    output = operation.output
    if output is not None and output.envelope is not None:
        output.deserialize = lambda envelope: whole(output, envelope)
    element = operation.input.body
    args, kwargs = arguments(client, element, request['body'])
    if request.get('headers'):
        types = dict(operation.input.header.type.elements)
        kwargs['_soapheaders'] = {name: to_zeep(client, types[name].type, value) for name, value in request['headers'].items()}
    answer = proxy[request['operation']](*args, **kwargs)
    if not answer:
        return {'ok': True, 'body': {}}
    result = {'ok': True, 'body': to_brief(answer['body'], output.body.type if output.body is not None else None)}
    if 'header' in answer:
        result['headers'] = to_brief(answer['header'], output.header.type)
    return result


def whole(output, envelope):
    body = envelope.find('soap-env:Body', namespaces=output.nsmap)
    header = envelope.find('soap-env:Header', namespaces=output.nsmap)
    answer = output._deserialize_body(body)
    answer.update(output._deserialize_headers(header))
    return answer


def arguments(client, element, body):
    if element is None:
        return [], {}
    value = to_zeep(client, element.type, body)
    if isinstance(value, Members):
        return [], value
    return [value], {}


def made(client, element, value):
    content = to_zeep(client, element.type, value)
    return element(**content) if isinstance(content, Members) else element(content)


class Members(dict):
    """The members of a complex value, by zeep's names."""


def to_zeep(client, type_, value):
    if value is None:
        return xsd.Nil
    if isinstance(value, dict) and value.get('@type') and isinstance(type_, xsd.ComplexType):
        namespace = etree.QName(type_.qname).namespace
        type_ = client.get_type('{%s}%s' % (namespace, value['@type']))
        return type_(**members(client, type_, {name: of for name, of in value.items() if name != '@type'}))
    if getattr(type_, '_array_type', None):
        item = xsd.Element('item', type_._array_type.array_type)
        return type_([xsd.AnyObject(item, made(client, item, one)) for one in value['item']])
    if isinstance(type_, xsd.ComplexType):
        return Members(members(client, type_, value if isinstance(value, dict) else {'$': value}))
    if isinstance(value, list):
        return [to_zeep(client, type_, item) for item in value]
    if isinstance(type_, Base64Binary):
        return base64.b64decode(value)
    return value


def members(client, type_, body):
    made = {}
    attributes = {etree.QName(attribute.qname).localname: name for name, attribute in type_.attributes if attribute.qname is not None}
    elements = elements_of(type_)
    for name, value in body.items():
        if name.startswith('@'):
            made[attributes[name[1:]]] = value
        elif name == '$':
            content = dict(type_.elements)['_value_1'].type
            made['_value_1'] = to_zeep(client, content, value)
        elif name == '$any':
            made[next(name for name, of in type_.elements if isinstance(of, xsd.Any))] = [etree.fromstring(text) for text in value]
        elif name == '$items':
            made[next(name for name, of in type_.elements_nested if of.accepts_multiple)] = [item_of(client, elements, item) for item in value]
        else:
            element = elements[name]
            made[element.attr_name] = [to_zeep(client, element.type, item) for item in value] if isinstance(value, list) and element.accepts_multiple else to_zeep(client, element.type, value)
    return made


def item_of(client, elements, item):
    if isinstance(item, str):
        raise NotImplementedError('text between elements')
    return {name: to_zeep(client, elements[name].type, value) for name, value in item.items()}


def elements_of(type_):
    found = {}

    def gather(part):
        if isinstance(part, xsd.Element):
            found[part.name] = part
        elif hasattr(part, '__iter__'):
            for inner in part:
                gather(inner)
        elif isinstance(part, xsd.Group):
            gather(part.child)

    for _, element in type_.elements_nested:
        gather(element)
    return found


def to_brief(value, type_=None):
    if getattr(type_, '_array_type', None):
        # Items that do not say their type come as elements.
        item = xsd.Element('item', type_._array_type.array_type)
        return {'item': [to_brief(item.parse(one, None) if isinstance(one, etree._Element) else one, item.type) for one in value]}
    if isinstance(value, CompoundValue):
        return compound(value, type_)
    if isinstance(value, list):
        return [to_brief(item, type_) for item in value]
    if isinstance(value, etree._Element):
        return etree.tostring(value, method='c14n', exclusive=True, with_tail=False).decode()
    return scalar(value, type_)


def compound(value, declared):
    type_ = value._xsd_type
    body = {}
    if declared is not None and type_ is not declared and type_.qname is not None and type_.qname != declared.qname:
        body['@type'] = type_.qname.localname
    attributes = {name: attribute for name, attribute in type_.attributes if attribute.qname is not None}
    elements = elements_of(type_)
    for name, of in value.__values__.items():
        if of is None or of == []:
            continue
        if name in attributes:
            body['@' + attributes[name].qname.localname] = scalar(of, attributes[name].type)
        elif name.startswith('_value_') or name.startswith('_raw_'):
            placed(body, name, of, type_, elements)
        else:
            element = next((one for one in elements.values() if one.attr_name == name), None)
            body[name] = to_brief(of, element.type if element is not None else None)
    return body


def placed(body, name, value, type_, elements):
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        body['$items'] = [{key: to_brief(of, elements[key].type) for key, of in item.items()} for item in value]
    elif isinstance(value, list) or isinstance(value, etree._Element):
        body['$any'] = [to_brief(item) for item in (value if isinstance(value, list) else [value])]
    else:
        body['$'] = scalar(value, dict(type_.elements)[name].type)


def scalar(value, type_):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(type_, BuiltinType) and not isinstance(value, (int, float, decimal.Decimal)):
        return type_.xmlvalue(value)
    return str(value)


def detail_of(client, detail):
    if detail is None or len(detail) == 0:
        return {}
    told = {'name': etree.QName(detail[0]).localname}
    try:
        element = client.get_element(detail[0].tag)
        return {**told, 'detail': to_brief(element.parse(detail[0], client.wsdl.types, allow_none=True), element.type)}
    except (LookupError, zeep.exceptions.NamespaceError):
        return told


def main():
    results = []
    for request in json.load(sys.stdin, parse_float=decimal.Decimal):
        try:
            results.append(call(request))
        except zeep.exceptions.Fault as fault:
            results.append({'fault': {'code': str(fault.code), 'text': fault.message, **detail_of(clients[request['wsdl']], fault.detail)}})
        except Exception as error:  # each call has its own result
            results.append({'error': f'{type(error).__name__}: {error}'[:600]})
    json.dump(results, sys.stdout)


main()
