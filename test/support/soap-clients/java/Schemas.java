import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xerces.dom.DOMInputImpl;
import org.apache.xerces.impl.xs.XMLSchemaLoader;
import org.apache.xerces.impl.xs.XSDDescription;
import org.apache.xerces.impl.xs.util.LSInputListImpl;
import org.apache.xerces.xni.XNIException;
import org.apache.xerces.xni.parser.XMLErrorHandler;
import org.apache.xerces.xni.parser.XMLInputSource;
import org.apache.xerces.xni.parser.XMLParseException;
import org.apache.xerces.xs.XSConstants;
import org.apache.xerces.xs.XSElementDeclaration;
import org.apache.xerces.xs.XSModel;
import org.apache.xerces.xs.XSObjectList;
import org.apache.xerces.xs.XSTypeDefinition;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.ls.LSInput;

/** The schemas embedded in a WSDL and those that they name, as Xerces understands them. */
final class Schemas {
  static final String XSD = "http://www.w3.org/2001/XMLSchema";
  static final String ENCODING = "http://schemas.xmlsoap.org/soap/encoding/";
  private static final String XMLNS = "http://www.w3.org/2000/xmlns/";
  // Of SOAP's encoding what arrays need; nothing is asked of the network.
  private static final String ARRAYS = "<xs:schema targetNamespace='" + ENCODING + "' xmlns:e='" + ENCODING + "' xmlns:xs='" + XSD + "'>"
      + "<xs:attribute name='arrayType' type='xs:string'/><xs:complexType name='Array'><xs:sequence>"
      + "<xs:any minOccurs='0' maxOccurs='unbounded' processContents='lax'/></xs:sequence>"
      + "<xs:attribute ref='e:arrayType'/></xs:complexType></xs:schema>";

  private record Embedded(String namespace, String address, String text) {}

  private final List<Embedded> embedded = new ArrayList<>();
  /** Types of items, by the type that restricts SOAP's Array. */
  private final Map<QName, QName> items = new HashMap<>();
  private XSModel model;

  void add(Element schema, String address) throws Exception {
    for (Node at = schema.getParentNode(); at instanceof Element outer; at = at.getParentNode()) inherit(outer.getAttributes(), schema);
    noteArrays(schema);
    Transformer writer = TransformerFactory.newInstance().newTransformer();
    writer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter text = new StringWriter();
    writer.transform(new DOMSource(schema), new StreamResult(text));
    embedded.add(new Embedded(schema.getAttribute("targetNamespace"), address + "#" + embedded.size(), text.toString()));
  }

  private static void inherit(NamedNodeMap declarations, Element schema) {
    for (int at = 0; at < declarations.getLength(); at++) {
      Node declaration = declarations.item(at);
      boolean own = !XMLNS.equals(declaration.getNamespaceURI()) || schema.hasAttribute(declaration.getNodeName());
      if (!own) schema.setAttributeNS(XMLNS, declaration.getNodeName(), declaration.getNodeValue());
    }
  }

  private void noteArrays(Element schema) {
    for (Element type : Wsdl.children(schema, XSD, "complexType")) {
      var attributes = type.getElementsByTagNameNS(XSD, "attribute");
      for (int at = 0; at < attributes.getLength(); at++) {
        Element attribute = (Element) attributes.item(at);
        String array = attribute.getAttributeNS(Wsdl.NS, "arrayType").replaceAll("\\[.*", "");
        if (!array.isEmpty()) items.put(new QName(schema.getAttribute("targetNamespace"), type.getAttribute("name")), Wsdl.resolve(attribute, array));
      }
    }
  }

  void close() {
    if (embedded.stream().anyMatch(one -> one.text.contains('"' + ENCODING + '"'))) embedded.add(new Embedded(ENCODING, ENCODING, ARRAYS));
    XMLSchemaLoader loader = new XMLSchemaLoader();
    loader.setErrorHandler(new Strict());
    loader.setEntityResolver(identifier -> {
      String address = identifier.getExpandedSystemId();
      if (address != null) return null;
      String namespace = identifier instanceof XSDDescription description ? description.getTargetNamespace() : identifier.getNamespace();
      return embedded.stream().filter(one -> one.namespace.equals(namespace)).findFirst().map(one -> input(one.address, one.text)).orElse(null);
    });
    model = loader.loadInputList(new LSInputListImpl(lsInputs(), embedded.size()));
    if (model == null) throw new IllegalStateException("the schemas cannot be read");
  }

  private LSInput[] lsInputs() {
    return embedded.stream().map(one -> new DOMInputImpl(null, one.address, one.address, one.text, "UTF-8")).toArray(LSInput[]::new);
  }

  private static XMLInputSource input(String address, String text) {
    return new XMLInputSource(null, address, address, new StringReader(text), "UTF-8");
  }

  /** Null where there is none. */
  XSElementDeclaration find(QName name) {
    return model.getElementDeclaration(name.getLocalPart(), name.getNamespaceURI());
  }

  XSElementDeclaration element(QName name) {
    XSElementDeclaration found = find(name);
    if (found == null) throw new IllegalArgumentException("no element " + name);
    return found;
  }

  XSTypeDefinition type(QName name) {
    XSTypeDefinition found = model.getTypeDefinition(name.getLocalPart(), name.getNamespaceURI());
    if (found == null) throw new IllegalArgumentException("no type " + name);
    return found;
  }

  /** The members of the group of an element; null for a local one. */
  XSObjectList substitutes(XSElementDeclaration head) {
    return head.getScope() == XSConstants.SCOPE_GLOBAL ? model.getSubstitutionGroup(head) : null;
  }

  /** The type of an array's items; null where the type is no array. */
  XSTypeDefinition itemsOf(XSTypeDefinition type) {
    QName item = type.getName() == null ? null : items.get(new QName(type.getNamespace(), type.getName()));
    return item == null ? null : type(item);
  }

  private static final class Strict implements XMLErrorHandler {
    public void warning(String domain, String key, XMLParseException warning) {}

    public void error(String domain, String key, XMLParseException error) throws XNIException {
      throw error;
    }

    public void fatalError(String domain, String key, XMLParseException error) throws XNIException {
      throw error;
    }
  }
}
