/** A small WSDL that is right; tests put other lines in the places of these. */
export const SMALL = `<definitions name="Small" targetNamespace="urn:small" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="urn:small">
  <types>
    <xs:schema targetNamespace="urn:small" elementFormDefault="qualified">
      <xs:element name="Ask" type="xs:string"/>
      <xs:element name="Answer" type="xs:string"/>
      <xs:element name="Refused" type="xs:string"/>
    </xs:schema>
  </types>
  <message name="AskIn"><part name="body" element="tns:Ask"/></message>
  <message name="AskOut"><part name="body" element="tns:Answer"/></message>
  <message name="Refusal"><part name="fault" element="tns:Refused"/></message>
  <portType name="Desk">
    <operation name="Ask">
      <input message="tns:AskIn"/>
      <output message="tns:AskOut"/>
      <fault name="Refused" message="tns:Refusal"/>
    </operation>
  </portType>
  <binding name="DeskSoap" type="tns:Desk">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>
    <operation name="Ask">
      <soap:operation soapAction="urn:small:Ask"/>
      <input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output>
      <fault name="Refused"><soap:fault name="Refused" use="literal"/></fault>
    </operation>
  </binding>
  <service name="Desk">
    <port name="DeskSoap" binding="tns:DeskSoap">
      <soap:address location="http://legacy.example/desk"/>
    </port>
  </service>
</definitions>
`

/** The small WSDL with texts replaced; each has to be there. */
export function changed(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the small WSDL has no ${from}`)
    return text.replace(from, to)
  }, SMALL)
}
