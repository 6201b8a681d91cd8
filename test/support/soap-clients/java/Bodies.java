import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.xerces.xs.XSAttributeUse;
import org.apache.xerces.xs.XSComplexTypeDefinition;
import org.apache.xerces.xs.XSConstants;
import org.apache.xerces.xs.XSElementDeclaration;
import org.apache.xerces.xs.XSObjectList;
import org.apache.xerces.xs.XSSimpleTypeDefinition;
import org.apache.xerces.xs.XSTypeDefinition;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** Bodies in the gateway's form to elements of their schema, and back. */
final class Bodies {
  private static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";
  private final Schemas schemas;

  Bodies(Schemas schemas) {
    this.schemas = schemas;
  }

  // ---- to XML

  void append(Node parent, XSElementDeclaration declaration, JsonElement value) throws Exception {
    append(parent, declaration.getNamespace(), declaration.getName(), declaration.getTypeDefinition(), value);
  }

  void append(Node parent, String namespace, String name, XSTypeDefinition type, JsonElement value) throws Exception {
    Element element = parent.getOwnerDocument().createElementNS(namespace, namespace == null ? name : "b:" + name);
    parent.appendChild(element);
    if (value.isJsonNull()) element.setAttributeNS(XSI, "xsi:nil", "true");
    else fill(element, type, value);
  }

  private void fill(Element element, XSTypeDefinition declared, JsonElement value) throws Exception {
    XSTypeDefinition type = declared;
    if (value instanceof JsonObject object && object.has("@type")) {
      type = schemas.type(new javax.xml.namespace.QName(declared.getNamespace(), object.get("@type").getAsString()));
      element.setAttributeNS("http://www.w3.org/2000/xmlns/", "xmlns:t", type.getNamespace());
      element.setAttributeNS(XSI, "xsi:type", "t:" + type.getName());
    }
    XSTypeDefinition items = schemas.itemsOf(type);
    if (items != null) {
      for (JsonElement item : value.getAsJsonObject().getAsJsonArray("item")) append(element, null, "item", items, item);
    } else if (type instanceof XSComplexTypeDefinition complex) {
      fillComplex(element, complex, value instanceof JsonObject object ? object : wrapped(value));
    } else {
      element.setTextContent(text(value));
    }
  }

  private static JsonObject wrapped(JsonElement value) {
    JsonObject object = new JsonObject();
    object.add("$", value);
    return object;
  }

  private void fillComplex(Element element, XSComplexTypeDefinition type, JsonObject body) throws Exception {
    for (Map.Entry<String, JsonElement> member : body.entrySet()) {
      if (member.getKey().startsWith("@") && !member.getKey().equals("@type")) attribute(element, type, member.getKey().substring(1), text(member.getValue()));
    }
    if (body.has("$")) element.setTextContent(text(body.get("$")));
    Content content = Content.of(type, schemas);
    for (Content.Child child : content.children()) {
      JsonElement value = body.get(child.declaration().getName());
      if (value instanceof JsonArray list && child.repeats()) for (JsonElement one : list) append(element, child.declaration(), one);
      else if (value != null) append(element, child.declaration(), value);
    }
    if (body.has("$any")) for (JsonElement text : body.getAsJsonArray("$any")) element.appendChild(parsed(element, text.getAsString()));
    if (body.has("$items")) for (JsonElement item : body.getAsJsonArray("$items")) appendItem(element, content, item);
  }

  private void appendItem(Element element, Content content, JsonElement item) throws Exception {
    if (item instanceof JsonPrimitive text) element.appendChild(element.getOwnerDocument().createTextNode(text.getAsString()));
    else for (Map.Entry<String, JsonElement> member : item.getAsJsonObject().entrySet()) append(element, content.named(member.getKey()).declaration(), member.getValue());
  }

  private static void attribute(Element element, XSComplexTypeDefinition type, String name, String value) {
    XSObjectList uses = type.getAttributeUses();
    for (int at = 0; at < uses.getLength(); at++) {
      var declaration = ((XSAttributeUse) uses.item(at)).getAttrDeclaration();
      if (!declaration.getName().equals(name)) continue;
      String namespace = declaration.getNamespace();
      element.setAttributeNS(namespace, namespace == null ? name : "a:" + name, value);
      return;
    }
    throw new IllegalArgumentException("the schema has no attribute " + name + " here");
  }

  private static Node parsed(Element place, String text) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Node root = factory.newDocumentBuilder().parse(new InputSource(new StringReader(text))).getDocumentElement();
    return place.getOwnerDocument().importNode(root, true);
  }

  private static String text(JsonElement value) {
    if (!(value instanceof JsonArray list)) return value.getAsString();
    return StreamSupport.stream(list.spliterator(), false).map(JsonElement::getAsString).collect(Collectors.joining(" "));
  }

  // ---- from XML

  JsonElement read(Element element, XSTypeDefinition declared) throws Exception {
    if ("true".equals(element.getAttributeNS(XSI, "nil"))) return JsonNull.INSTANCE;
    String named = element.getAttributeNS(XSI, "type");
    XSTypeDefinition type = named.isEmpty() ? declared : schemas.type(Wsdl.resolve(element, named));
    XSTypeDefinition items = schemas.itemsOf(type);
    if (items != null) return array(element, items);
    if (type instanceof XSSimpleTypeDefinition simple) return value(element.getTextContent(), simple);
    JsonObject body = new JsonObject();
    if (type != declared) body.addProperty("@type", type.getName());
    readAttributes(element, (XSComplexTypeDefinition) type, body);
    return readContent(element, (XSComplexTypeDefinition) type, body);
  }

  private JsonObject array(Element element, XSTypeDefinition items) throws Exception {
    JsonArray list = new JsonArray();
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) if (child instanceof Element item) list.add(read(item, items));
    JsonObject body = new JsonObject();
    body.add("item", list);
    return body;
  }

  private void readAttributes(Element element, XSComplexTypeDefinition type, JsonObject body) {
    XSObjectList uses = type.getAttributeUses();
    for (int at = 0; at < uses.getLength(); at++) {
      var declaration = ((XSAttributeUse) uses.item(at)).getAttrDeclaration();
      String namespace = declaration.getNamespace();
      if (element.hasAttributeNS(namespace, declaration.getName())) {
        body.add("@" + declaration.getName(), value(element.getAttributeNS(namespace, declaration.getName()), declaration.getTypeDefinition()));
      }
    }
  }

  private JsonElement readContent(Element element, XSComplexTypeDefinition type, JsonObject body) throws Exception {
    if (type.getContentType() == XSComplexTypeDefinition.CONTENTTYPE_SIMPLE) {
      JsonElement text = value(element.getTextContent(), type.getSimpleType());
      if (type.getAttributeUses().getLength() == 0) return text;
      body.add("$", text);
      return body;
    }
    Content content = Content.of(type, schemas);
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child) readChild(child, content, body);
      else if (!node.getTextContent().isBlank()) throw new IllegalArgumentException("text in " + element.getLocalName());
    }
    return body;
  }

  private void readChild(Element element, Content content, JsonObject body) throws Exception {
    Content.Child child = content.at(element.getNamespaceURI(), element.getLocalName());
    if (child == null && !content.open()) throw new IllegalArgumentException("the schema has no " + element.getNodeName() + " here");
    String name = child == null ? "$any" : element.getLocalName();
    JsonElement value = child == null ? new JsonPrimitive(written(element)) : read(element, child.declaration().getTypeDefinition());
    if (child != null && !child.repeats()) {
      if (body.has(name)) throw new IllegalArgumentException(name + " stands twice");
      body.add(name, value);
      return;
    }
    if (!body.has(name)) body.add(name, new JsonArray());
    body.getAsJsonArray(name).add(value);
  }

  static String written(Node node) throws Exception {
    Transformer writer = TransformerFactory.newInstance().newTransformer();
    writer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter text = new StringWriter();
    writer.transform(new DOMSource(node), new StreamResult(text));
    return text.toString();
  }

  private static JsonElement value(String text, XSSimpleTypeDefinition type) {
    if (type.getVariety() == XSSimpleTypeDefinition.VARIETY_LIST) {
      JsonArray list = new JsonArray();
      for (String one : text.trim().split("\\s+")) if (!one.isEmpty()) list.add(one);
      return list;
    }
    boolean bool = type.getVariety() == XSSimpleTypeDefinition.VARIETY_ATOMIC && type.getBuiltInKind() == XSConstants.BOOLEAN_DT;
    return bool ? new JsonPrimitive(text.trim().equals("true") || text.trim().equals("1")) : new JsonPrimitive(text);
  }
}
