import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** A WSDL with all that it imports, as far as a dynamic client needs it beside JAX-WS. */
final class Wsdl {
  static final String NS = "http://schemas.xmlsoap.org/wsdl/";
  private static final Map<String, String> SOAP =
      Map.of("1.1", "http://schemas.xmlsoap.org/wsdl/soap/", "1.2", "http://schemas.xmlsoap.org/wsdl/soap12/");

  record Part(String name, QName element, QName type) {}

  record Message(String namespace, List<Part> parts, List<Part> headers, List<Part> attachments) {}

  record Operation(QName service, QName port, String name, boolean rpc, String action, Message input, Message output) {}

  final String url;
  final Schemas schemas;
  private final List<Element> definitions = new ArrayList<>();
  private final Map<QName, Element> messages = new HashMap<>();

  Wsdl(String url) throws Exception {
    this.url = url;
    this.schemas = new Schemas();
    load(url);
    for (Element document : definitions) {
      for (Element message : children(document, NS, "message")) messages.put(declared(document, message), message);
    }
    schemas.close();
  }

  private void load(String address) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Document document = factory.newDocumentBuilder().parse(address);
    document.setDocumentURI(address);
    Element root = document.getDocumentElement();
    definitions.add(root);
    for (Element types : children(root, NS, "types")) for (Element schema : children(types, Schemas.XSD, "schema")) schemas.add(schema, address);
    for (Element imported : children(root, NS, "import")) load(java.net.URI.create(address).resolve(imported.getAttribute("location")).toString());
  }

  Operation operation(String version, String name) {
    String soap = SOAP.get(version);
    for (Element document : definitions) {
      for (Element service : children(document, NS, "service")) {
        for (Element port : children(service, NS, "port")) {
          if (children(port, soap, "address").isEmpty()) continue;
          Element binding = find("binding", resolve(port, port.getAttribute("binding")));
          Element bound = named(children(binding, NS, "operation"), name);
          if (bound == null) continue;
          QName portName = new QName(document.getAttribute("targetNamespace"), port.getAttribute("name"));
          return describe(declared(document, service), portName, binding, bound, soap);
        }
      }
    }
    throw new IllegalArgumentException("no port of SOAP " + version + " with " + name);
  }

  private Operation describe(QName service, QName port, Element binding, Element bound, String soap) {
    String name = bound.getAttribute("name");
    Element portType = find("portType", resolve(binding, binding.getAttribute("type")));
    Element abstractOperation = named(children(portType, NS, "operation"), name);
    Element soapOperation = children(bound, soap, "operation").stream().findFirst().orElse(null);
    String style = soapOperation == null ? "" : soapOperation.getAttribute("style");
    if (style.isEmpty()) style = children(binding, soap, "binding").get(0).getAttribute("style");
    return new Operation(service, port, name, style.equals("rpc"), soapOperation == null ? "" : soapOperation.getAttribute("soapAction"),
        message(abstractOperation, bound, "input", soap), message(abstractOperation, bound, "output", soap));
  }

  private Message message(Element abstractOperation, Element bound, String direction, String soap) {
    List<Element> declared = children(abstractOperation, NS, direction);
    if (declared.isEmpty()) return null;
    QName name = resolve(declared.get(0), declared.get(0).getAttribute("message"));
    Element binding = children(bound, NS, direction).get(0);
    List<Part> headers = new ArrayList<>();
    List<String> besides = new ArrayList<>();
    for (Element header : descendants(binding, soap, "header")) {
      QName of = resolve(header, header.getAttribute("message"));
      if (of.equals(name)) besides.add(header.getAttribute("part"));
      headers.addAll(partsOf(of).stream().filter(part -> part.name().equals(header.getAttribute("part"))).toList());
    }
    List<String> beside = descendants(binding, NS + "mime/", "content").stream().map(content -> content.getAttribute("part")).toList();
    List<Part> parts = partsOf(name).stream().filter(part -> !besides.contains(part.name()) && !beside.contains(part.name())).toList();
    List<Part> attachments = partsOf(name).stream().filter(part -> beside.contains(part.name())).toList();
    List<Element> body = descendants(binding, soap, "body");
    return new Message(body.isEmpty() ? "" : body.get(0).getAttribute("namespace"), parts, headers, attachments);
  }

  private List<Part> partsOf(QName message) {
    List<Part> parts = new ArrayList<>();
    for (Element part : children(messages.get(message), NS, "part")) {
      parts.add(new Part(part.getAttribute("name"), resolve(part, part.getAttribute("element")), resolve(part, part.getAttribute("type"))));
    }
    return parts;
  }

  private Element find(String kind, QName name) {
    for (Element document : definitions) {
      for (Element element : children(document, NS, kind)) if (declared(document, element).equals(name)) return element;
    }
    throw new IllegalArgumentException("no " + kind + " " + name);
  }

  private static QName declared(Element document, Element element) {
    return new QName(document.getAttribute("targetNamespace"), element.getAttribute("name"));
  }

  private static Element named(List<Element> elements, String name) {
    return elements.stream().filter(element -> element.getAttribute("name").equals(name)).findFirst().orElse(null);
  }

  /** A prefixed name where it stands; null for an empty one. */
  static QName resolve(Element place, String name) {
    if (name.isEmpty()) return null;
    int colon = name.indexOf(':');
    return new QName(place.lookupNamespaceURI(colon < 0 ? null : name.substring(0, colon)), name.substring(colon + 1));
  }

  static List<Element> children(Element parent, String namespace, String name) {
    List<Element> found = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && namespace.equals(child.getNamespaceURI()) && name.equals(child.getLocalName())) found.add(element);
    }
    return found;
  }

  private static List<Element> descendants(Element parent, String namespace, String name) {
    List<Element> found = new ArrayList<>();
    var all = parent.getElementsByTagNameNS(namespace, name);
    for (int at = 0; at < all.getLength(); at++) found.add((Element) all.item(at));
    return found;
  }
}
