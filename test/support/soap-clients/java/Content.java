import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.xerces.xs.XSComplexTypeDefinition;
import org.apache.xerces.xs.XSElementDeclaration;
import org.apache.xerces.xs.XSModelGroup;
import org.apache.xerces.xs.XSObjectList;
import org.apache.xerces.xs.XSParticle;
import org.apache.xerces.xs.XSTerm;

/** What may stand in an element of a complex type, in the order of the schema; substitutes beside their heads. */
record Content(List<Child> children, boolean open) {
  record Child(XSElementDeclaration declaration, boolean repeats) {
    boolean is(String namespace, String name) {
      String own = declaration.getNamespace();
      return declaration.getName().equals(name) && (own == null ? "" : own).equals(namespace == null ? "" : namespace);
    }
  }

  static Content of(XSComplexTypeDefinition type, Schemas schemas) {
    List<Child> children = new ArrayList<>();
    boolean[] open = {false};
    walk(type.getParticle(), false, children::add, open, schemas);
    return new Content(children, open[0]);
  }

  private static void walk(XSParticle particle, boolean repeats, Consumer<Child> found, boolean[] open, Schemas schemas) {
    if (particle == null) return;
    boolean many = repeats || particle.getMaxOccursUnbounded() || particle.getMaxOccurs() > 1;
    XSTerm term = particle.getTerm();
    if (term instanceof XSElementDeclaration element) {
      found.accept(new Child(element, many));
      XSObjectList substitutes = schemas.substitutes(element);
      for (int at = 0; substitutes != null && at < substitutes.getLength(); at++) found.accept(new Child((XSElementDeclaration) substitutes.item(at), many));
    } else if (term instanceof XSModelGroup group) {
      XSObjectList particles = group.getParticles();
      for (int at = 0; at < particles.getLength(); at++) walk((XSParticle) particles.item(at), many, found, open, schemas);
    } else {
      open[0] = true;
    }
  }

  Child named(String name) {
    return children.stream().filter(child -> child.declaration.getName().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the schema has no " + name + " here"));
  }

  Child at(String namespace, String name) {
    return children.stream().filter(child -> child.is(namespace, name)).findFirst().orElse(null);
  }
}
