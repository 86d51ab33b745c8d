package org.mailcaravan.ext;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mailcaravan.model.Spelling;

/**
 * In which of Camel's artifacts something is that a route names. The list is that of the catalog of
 * the Camel that runs; a test compares them.
 */
public final class CamelArtifacts {
  /** Of what kind a name is. */
  public enum Kind {
    COMPONENT("component"),
    LANGUAGE("language"),
    DATAFORMAT("data format"),
    /** Anything else; routes do not name it. */
    OTHER("part");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** For messages. */
    public String words() {
      return words;
    }
  }

  private static final String FILE = "camel-artifacts.txt";

  private CamelArtifacts() {}

  /** The names of a kind. */
  public static Collection<String> namesOf(Kind kind) {
    return read(kind).keySet();
  }

  /** The artifact with something, such as {@code org.apache.camel:camel-ftp} for "sftp". */
  public static Optional<Artifact> with(Kind kind, String name) {
    return Optional.ofNullable(read(kind).get(name))
        .map(artifact -> new Artifact(Artifact.CAMEL, artifact, ""));
  }

  /**
   * The artifact that was probably meant by {@code camel-ftpp}, or by {@code camel-sftp}, which has
   * the name of a component instead.
   */
  static Optional<Artifact> nearest(String written) {
    Map<String, String> words = new LinkedHashMap<>();
    for (String name : names()) {
      words.put(withoutCamel(name), name);
    }
    for (Kind kind : Kind.values()) {
      read(kind).forEach(words::putIfAbsent);
    }
    return Spelling.nearest(withoutCamel(written), words.keySet())
        .map(word -> new Artifact(Artifact.CAMEL, Objects.requireNonNull(words.get(word)), ""));
  }

  /** Else all would be near that begin so. */
  private static String withoutCamel(String name) {
    return name.replaceFirst("^camel-", "");
  }

  /** The names of all artifacts. */
  static Collection<String> names() {
    Map<String, String> all = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      read(kind).values().forEach(artifact -> all.put(artifact, artifact));
    }
    return all.keySet();
  }

  /** Read anew each time: only who has made a mistake needs it. */
  private static Map<String, String> read(Kind kind) {
    Map<String, String> artifacts = new LinkedHashMap<>();
    String wanted = kind.name().toLowerCase(Locale.ROOT);
    try (InputStream in =
        Objects.requireNonNull(CamelArtifacts.class.getResourceAsStream(FILE), FILE)) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        String[] words = line.split(" ", -1);
        if (words.length == 3 && words[0].equals(wanted)) {
          artifacts.put(words[1], words[2]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return artifacts;
  }
}
