package org.mailcaravan.yaml;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A file in YAML while it is read, and what is wrong with it. For one thread. */
public final class YamlFile {
  private static final int MOST_FAULTS = 20;

  private final Path file;
  private final String remedy;
  private final List<Fault> faults = new ArrayList<>();

  /** Something that is wrong; line 0 is the file as a whole. */
  private record Fault(long line, String cause) {}

  /**
   * @param remedy for all that is wrong with it, as a sentence
   */
  public YamlFile(Path file, String remedy) {
    this.file = file;
    this.remedy = remedy;
  }

  /**
   * What stands in the list that the file consists of; empty when there is none.
   *
   * @param key of the list
   * @param wanted what each entry is and begins with, in words
   */
  public List<Node> list(String key, String wanted) {
    Optional<Node> list = root().flatMap(root -> value(root, key));
    if (list.isPresent() && !(list.get() instanceof SequenceNode)) {
      add(list.get(), key + " is not a list; " + wanted);
    }
    return list.filter(SequenceNode.class::isInstance)
        .map(SequenceNode.class::cast)
        .map(SequenceNode::getValue)
        .orElse(List.of());
  }

  /** What is there under another key is told, and then not that the right one is missing. */
  private Optional<Node> value(Node root, String key) {
    int before = faults();
    YamlKeys keys = new YamlKeys("the file", root, Set.of(key), this::add);
    return faults() > before && !keys.has(key) ? Optional.empty() : keys.node(key);
  }

  private Optional<Node> root() {
    try {
      return YamlText.read(Files.readString(file), file.toString());
    } catch (CharacterCodingException e) {
      faults.add(new Fault(0, "the text is not UTF-8; save the file as UTF-8"));
    } catch (IOException e) {
      faults.add(new Fault(0, "the file is missing, or this user may not read it"));
    } catch (MarkedYamlEngineException e) {
      faults.add(
          new Fault(e.getProblemMark().map(mark -> mark.getLine() + 1L).orElse(0L), words(e)));
    } catch (YamlEngineException e) {
      faults.add(new Fault(0, String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  /** What begins with a star names something that stands above, as YAML reads it. */
  private static String words(MarkedYamlEngineException e) {
    boolean isStar =
        "while scanning an alias".equals(e.getContext())
            || e.getProblem().startsWith("found undefined alias");
    return isStar
        ? "what begins with a * has another meaning in YAML; put it in quotes, such as \"*.acme.example\""
        : e.getProblem();
  }

  /** What is no mistake and probably not meant, at a place. */
  public Problem warning(Node at, String cause, String nextStep) {
    return problem(line(at), cause, nextStep);
  }

  private static long line(Node at) {
    return at.getStartMark().map(mark -> mark.getLine() + 1L).orElse(0L);
  }

  /** Something is wrong at a place. */
  public void add(Node at, String cause) {
    faults.add(new Fault(line(at), cause));
  }

  /** How much is wrong so far. */
  public int faults() {
    return faults.size();
  }

  /**
   * Ends the reading.
   *
   * @throws RequestRejected when something is wrong
   */
  public void requireFaultless() {
    if (!faults.isEmpty()) {
      throw rejected();
    }
  }

  /** All in the order of lines. */
  private RequestRejected rejected() {
    List<Problem> told = new ArrayList<>();
    faults.stream()
        .sorted(Comparator.comparingLong(Fault::line))
        .limit(MOST_FAULTS)
        .forEach(fault -> told.add(problem(fault.line(), fault.cause(), remedy)));
    if (faults.size() > MOST_FAULTS) {
      told.add(problem(0, faults.size() - MOST_FAULTS + " more things are wrong", remedy));
    }
    return new RequestRejected(told);
  }

  private Problem problem(long line, String cause, String nextStep) {
    Where place = line == 0 ? Where.file(file) : Where.line(file.toString(), line);
    return new Problem(place, cause, Owner.US, nextStep);
  }
}
