package org.mailcaravan.ext;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What Maven calls a jar.
 *
 * @param group empty where a jar does not tell it
 * @param name the artifactId
 * @param version empty where it is not known
 */
public record Artifact(String group, String name, String version) {
  /** The group of Camel's own jars. */
  public static final String CAMEL = "org.apache.camel";

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}");
  private static final Pattern FILE = Pattern.compile("(.+?)-(\\d.*)\\.jar");
  private static final Pattern DESCRIPTION =
      Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.properties");

  /** A description has a few lines; more than this is none. */
  private static final int LONGEST_DESCRIPTION = 64 << 10;

  /**
   * Reads {@code GROUP:ARTIFACT} or {@code GROUP:ARTIFACT:VERSION}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Artifact parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException(
          "\"" + text + "\" does not look like org.apache.camel:camel-ftp");
    }
    for (String part : parts) {
      if (!WORD.matcher(part).matches()) {
        throw new IllegalArgumentException(
            "\"" + text + "\" does not look like org.apache.camel:camel-ftp:4.17.0");
      }
    }
    return new Artifact(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }

  /** By the name of a file, which tells no group; without a version where the name has none. */
  static Artifact ofFileName(Path jar) {
    String file = String.valueOf(jar.getFileName());
    Matcher name = FILE.matcher(file);
    return name.matches()
        ? new Artifact("", name.group(1), name.group(2))
        : new Artifact("", file.replaceFirst("\\.jar$", ""), "");
  }

  /**
   * By what Maven writes into a jar; by the name of the file where that is missing.
   *
   * @throws IOException when the file is no jar, or not a whole one
   */
  static Artifact ofJar(Path jar) throws IOException {
    Artifact named = ofFileName(jar);
    List<Artifact> described = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries =
          zip.stream().filter(entry -> DESCRIPTION.matcher(entry.getName()).matches()).toList();
      for (ZipEntry entry : entries) {
        if (entry.getSize() <= LONGEST_DESCRIPTION) {
          described.add(described(zip, entry));
        }
      }
    }
    // A jar that others were packed into has their descriptions, too.
    return described.stream()
        .filter(each -> described.size() == 1 || each.name().equals(named.name()))
        .findFirst()
        .orElse(named);
  }

  private static Artifact described(ZipFile zip, ZipEntry entry) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = zip.getInputStream(entry)) {
      properties.load(
          new StringReader(new String(in.readNBytes(LONGEST_DESCRIPTION), StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      throw new IOException(entry.getName() + " cannot be read", e);
    }
    return new Artifact(
        properties.getProperty("groupId", ""),
        properties.getProperty("artifactId", ""),
        properties.getProperty("version", ""));
  }

  boolean isOfCamel() {
    return group.equals(CAMEL);
  }

  /** Whether both are the same but for their version; an unknown group may be any. */
  boolean isSameAs(Artifact other) {
    return name.equals(other.name)
        && (group.isEmpty() || other.group.isEmpty() || group.equals(other.group));
  }

  /** Without the version: {@code GROUP:ARTIFACT}, or the name alone. */
  public String key() {
    return group.isEmpty() ? name : group + ":" + name;
  }

  Artifact withVersion(String other) {
    return new Artifact(group, name, other);
  }

  @Override
  public String toString() {
    return version.isEmpty() ? key() : key() + ":" + version;
  }
}
