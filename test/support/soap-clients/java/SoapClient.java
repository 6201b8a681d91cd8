import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import jakarta.xml.soap.AttachmentPart;
import jakarta.xml.soap.MessageFactory;
import jakarta.xml.soap.SOAPConstants;
import jakarta.xml.soap.SOAPElement;
import jakarta.xml.soap.SOAPFault;
import jakarta.xml.soap.SOAPMessage;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.Dispatch;
import jakarta.xml.ws.Service;
import jakarta.xml.ws.handler.MessageContext;
import jakarta.xml.ws.soap.SOAPFaultException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import javax.xml.namespace.QName;
import org.apache.xerces.xs.XSElementDeclaration;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Calls SOAP services through JAX-WS: a JSON list of calls on stdin, a JSON list of results on stdout. A call is {wsdl, version, operation,
 * body, headers?, attachments?}; a result {ok, body, headers?}, {fault: {code, text, name, detail}} or {error}. Bodies are in the gateway's form.
 */
public final class SoapClient {
  private static final Gson GSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private static final String XOP = "http://www.w3.org/2004/08/xop/include";
  private final Map<String, Wsdl> wsdls = new HashMap<>();
  private final Map<String, Service> services = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    SoapClient client = new SoapClient();
    JsonArray results = new JsonArray();
    for (JsonElement call : JsonParser.parseReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).getAsJsonArray()) {
      results.add(client.result(call.getAsJsonObject()));
    }
    new PrintStream(System.out, true, StandardCharsets.UTF_8).println(GSON.toJson(results));
  }

  private JsonObject result(JsonObject call) {
    try {
      return call(call);
    } catch (Exception thrown) {
      JsonObject result = new JsonObject();
      result.addProperty("error", thrown.toString());
      return result;
    }
  }

  private JsonObject call(JsonObject call) throws Exception {
    String url = call.get("wsdl").getAsString();
    if (!wsdls.containsKey(url)) wsdls.put(url, new Wsdl(url));
    Wsdl wsdl = wsdls.get(url);
    Wsdl.Operation operation = wsdl.operation(call.get("version").getAsString(), call.get("operation").getAsString());
    Dispatch<SOAPMessage> dispatch = dispatch(url, operation);
    SOAPMessage request = request(wsdl, operation, call);
    JsonObject result = new JsonObject();
    if (operation.output() == null) {
      dispatch.invokeOneWay(request);
      result.add("body", new JsonObject());
    } else {
      try {
        read(wsdl, operation, dispatch.invoke(request), result);
      } catch (SOAPFaultException thrown) {
        return fault(wsdl, thrown.getFault());
      }
    }
    result.addProperty("ok", true);
    return result;
  }

  private Dispatch<SOAPMessage> dispatch(String url, Wsdl.Operation operation) throws Exception {
    String key = url + operation.service();
    if (!services.containsKey(key)) services.put(key, Service.create(URI.create(url).toURL(), operation.service()));
    Dispatch<SOAPMessage> dispatch = services.get(key).createDispatch(operation.port(), SOAPMessage.class, Service.Mode.MESSAGE);
    Map<String, Object> context = dispatch.getRequestContext();
    context.put(BindingProvider.SOAPACTION_USE_PROPERTY, true);
    context.put(BindingProvider.SOAPACTION_URI_PROPERTY, operation.action());
    context.put(MessageContext.WSDL_OPERATION, new QName(operation.service().getNamespaceURI(), operation.name()));
    return dispatch;
  }

  private static SOAPMessage request(Wsdl wsdl, Wsdl.Operation operation, JsonObject call) throws Exception {
    boolean newer = call.get("version").getAsString().equals("1.2");
    MessageFactory factory = MessageFactory.newInstance(newer ? SOAPConstants.SOAP_1_2_PROTOCOL : SOAPConstants.SOAP_1_1_PROTOCOL);
    SOAPMessage message = factory.createMessage();
    Bodies bodies = new Bodies(wsdl.schemas);
    Node body = message.getSOAPBody();
    Wsdl.Message input = operation.input();
    if (operation.rpc()) {
      SOAPElement wrapper = message.getSOAPBody().addChildElement(new QName(input.namespace(), operation.name(), "b"));
      JsonObject parts = call.getAsJsonObject("body");
      for (Wsdl.Part part : input.parts()) if (parts.has(part.name())) bodies.append(wrapper, null, part.name(), wsdl.schemas.type(part.type()), parts.get(part.name()));
    } else {
      for (Wsdl.Part part : input.parts()) bodies.append(body, wsdl.schemas.element(part.element()), call.get("body"));
    }
    if (call.has("headers")) {
      for (Wsdl.Part part : input.headers()) bodies.append(message.getSOAPHeader(), wsdl.schemas.element(part.element()), call.getAsJsonObject("headers").get(part.name()));
    }
    for (Wsdl.Part part : input.attachments()) attach(message, part.name(), call.getAsJsonObject("attachments").get(part.name()).getAsString());
    message.saveChanges();
    return message;
  }

  private static void attach(SOAPMessage message, String name, String base64) throws Exception {
    AttachmentPart attachment = message.createAttachmentPart();
    byte[] bytes = Base64.getDecoder().decode(base64);
    attachment.setRawContentBytes(bytes, 0, bytes.length, "image/tiff");
    attachment.setContentId("<" + name + "=1@client.example>");
    message.addAttachmentPart(attachment);
  }

  private static void read(Wsdl wsdl, Wsdl.Operation operation, SOAPMessage answer, JsonObject result) throws Exception {
    if (answer.getSOAPBody().hasFault()) throw new SOAPFaultException(answer.getSOAPBody().getFault());
    inline(answer, answer.getSOAPBody());
    Bodies bodies = new Bodies(wsdl.schemas);
    Element payload = firstElement(answer.getSOAPBody());
    if (operation.rpc()) result.add("body", parts(wsdl, operation, payload, bodies));
    else if (payload == null) result.add("body", new JsonObject());
    else result.add("body", document(wsdl, operation, payload, bodies));
    JsonObject headers = new JsonObject();
    for (Wsdl.Part part : operation.output().headers()) {
      XSElementDeclaration declaration = wsdl.schemas.element(part.element());
      for (Element block : Wsdl.children(answer.getSOAPHeader(), declaration.getNamespace(), declaration.getName())) {
        headers.add(part.name(), bodies.read(block, declaration.getTypeDefinition()));
      }
    }
    if (headers.size() > 0) result.add("headers", headers);
  }

  private static JsonElement document(Wsdl wsdl, Wsdl.Operation operation, Element payload, Bodies bodies) throws Exception {
    XSElementDeclaration declaration = wsdl.schemas.element(operation.output().parts().get(0).element());
    expect(payload, declaration.getNamespace(), declaration.getName());
    return bodies.read(payload, declaration.getTypeDefinition());
  }

  private static JsonElement parts(Wsdl wsdl, Wsdl.Operation operation, Element wrapper, Bodies bodies) throws Exception {
    expect(wrapper, operation.output().namespace(), operation.name() + "Response");
    JsonObject body = new JsonObject();
    for (Node node = wrapper.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (!(node instanceof Element element)) continue;
      if (element.getNamespaceURI() != null) throw new IllegalArgumentException("the part " + element.getNodeName() + " has a namespace");
      Wsdl.Part part = operation.output().parts().stream().filter(one -> one.name().equals(element.getLocalName())).findFirst().orElseThrow();
      body.add(part.name(), bodies.read(element, wsdl.schemas.type(part.type())));
    }
    return body;
  }

  private static void expect(Element element, String namespace, String name) {
    boolean same = name.equals(element.getLocalName()) && namespace.equals(element.getNamespaceURI());
    if (!same) throw new IllegalArgumentException("the payload is {" + element.getNamespaceURI() + "}" + element.getLocalName() + ", not {" + namespace + "}" + name);
  }

  /** Puts what an xop:Include refers to in its place. */
  private static void inline(SOAPMessage message, Element parent) throws Exception {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (!(node instanceof Element element)) continue;
      Element include = firstElement(element);
      if (include != null && XOP.equals(include.getNamespaceURI())) element.setTextContent(part(message, include.getAttribute("href")));
      else inline(message, element);
    }
  }

  private static String part(SOAPMessage message, String href) throws Exception {
    String id = "<" + java.net.URLDecoder.decode(href.substring("cid:".length()), StandardCharsets.UTF_8) + ">";
    for (Iterator<AttachmentPart> parts = message.getAttachments(); parts.hasNext();) {
      AttachmentPart part = parts.next();
      if (id.equals(part.getContentId())) return Base64.getEncoder().encodeToString(part.getRawContentBytes());
    }
    throw new IllegalArgumentException("no part " + id);
  }

  private static Element firstElement(Element parent) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) if (node instanceof Element element) return element;
    return null;
  }

  private static JsonObject fault(Wsdl wsdl, SOAPFault fault) throws Exception {
    JsonObject told = new JsonObject();
    told.addProperty("code", fault.getFaultCode());
    told.addProperty("text", fault.getFaultString());
    Element detail = fault.getDetail() == null ? null : firstElement(fault.getDetail());
    if (detail != null) {
      told.addProperty("name", detail.getLocalName());
      XSElementDeclaration declaration = wsdl.schemas.find(new QName(detail.getNamespaceURI(), detail.getLocalName()));
      if (declaration != null) told.add("detail", new Bodies(wsdl.schemas).read(detail, declaration.getTypeDefinition()));
    }
    JsonObject result = new JsonObject();
    result.add("fault", told);
    return result;
  }
}
