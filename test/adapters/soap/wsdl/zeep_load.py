"""Loads the WSDLs at these addresses with zeep and prints, for each, ports with addresses and operations, and what was fetched."""

import json
import sys

import zeep


class Recording(zeep.Transport):
    def __init__(self):
        super().__init__(cache=None)
        self.fetched = []

    def load(self, url):
        # SOAP's encoding schema is the one thing that zeep asks the network for.
        if not url.startswith('http://127.0.0.1:'):
            return ENCODING
        self.fetched.append(url)
        return super().load(url)


ENCODING = b"""<xs:schema targetNamespace="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:attribute name="arrayType" type="xs:string"/>
<xs:complexType name="Array"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence></xs:complexType>
</xs:schema>"""


def load(url):
    transport = Recording()
    wsdl = zeep.Client(url, transport=transport).wsdl
    ports = [port for service in wsdl.services.values() for port in service.ports.values()]
    return {
        'addresses': [port.binding_options['address'] for port in ports if 'Soap' in type(port.binding).__name__],
        'operations': sorted({name for port in ports for name in port.binding._operations}),
        'fetched': transport.fetched,
    }


print(json.dumps([load(url) for url in sys.argv[1:]]))
