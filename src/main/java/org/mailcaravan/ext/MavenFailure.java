package org.mailcaravan.ext;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/** What Maven's output means to the one who wants a component. */
final class MavenFailure {
  private static final int LONGEST_LOG = 256 << 10;

  /** The second form is of a search that failed before. */
  private static final Pattern NOT_FOUND =
      Pattern.compile(
          "(?:Could not find artifact |\\b(?=\\S+ was not found in ))"
              + "([^:\\s]+):([^:\\s]+):(?:[^:\\s]+:)+([^:\\s]+)");

  private static final Pattern NO_NETWORK =
      Pattern.compile(
          "Could not transfer artifact|in offline mode|Failed to fetch|UnknownHostException"
              + "|Connection refused|Connect(ion)? timed out|Could not resolve host");

  /** Its name in Maven, its address, and what went wrong. */
  private static final Pattern REPOSITORY =
      Pattern.compile("(?:from/to|Cannot access) (\\S+ \\(\\S+?\\))(?::| in) (.+)");

  private static final Pattern REFUSED = Pattern.compile("status code:? (401|403|407)\\b.*");

  private static final String ELSEWHERE =
      "; or add it on another machine, and copy its folder ext here. Nothing was added.";

  /** In the address of a mirror. */
  private static final Pattern USER = Pattern.compile("//[^/\\s]*@");

  /** What Maven and Java say of themselves. */
  private static final Pattern TALK =
      Pattern.compile(
          "(\\[ERROR\\]\\s*)*(|(NOTE: )?Picked up \\w+:.*|To see the full.*|Re-run Maven.*|For more information.*|-> \\[Help.*|\\[Help.*)");

  private MavenFailure() {}

  static Problem late(Duration patience) {
    return new Problem(
        Where.words("Maven"),
        "it was not done after %d minutes".formatted(patience.toMinutes()),
        Owner.US,
        "Try again: what it has fetched already is not fetched again.");
  }

  /**
   * The problem that an output tells.
   *
   * @param wanted what was asked for
   */
  static Problem of(Path log, Artifact wanted) throws IOException {
    List<String> lines = end(log).lines().toList();
    for (String line : lines) {
      Matcher missing = NOT_FOUND.matcher(line);
      if (missing.find()) {
        return notFound(new Artifact(missing.group(1), missing.group(2), missing.group(3)), wanted);
      }
    }
    for (String line : lines) {
      if (NO_NETWORK.matcher(line).find()) {
        return notFetched(line);
      }
    }
    return new Problem(
        Where.words("Maven"),
        lines.stream()
            .filter(line -> !TALK.matcher(line.strip()).matches())
            .findFirst()
            .map(MavenFailure::shown)
            .orElse("it failed and did not say why"),
        Owner.US,
        "Fix the cause, and try again; nothing was added.");
  }

  private static Problem notFetched(String line) {
    Matcher repository = REPOSITORY.matcher(line);
    if (!repository.find()) {
      return new Problem(
          Where.words("Maven"),
          "what is not on this machine yet could not be fetched: " + shown(line),
          Owner.US,
          "Connect this machine to the network" + ELSEWHERE);
    }
    Where place = Where.words("repository " + shown(repository.group(1)));
    String why = shown(repository.group(2));
    if (why.startsWith("offline mode")) {
      return new Problem(
          place,
          "Maven works offline, and what is needed is not on this machine yet",
          Owner.US,
          "Delete \"offline\" in ~/.m2/settings.xml, or \"--offline\" in .mvn/maven.config or MAVEN_ARGS"
              + ELSEWHERE);
    }
    return REFUSED.matcher(why).matches()
        ? new Problem(
            place,
            "it refuses the login (" + why + ")",
            Owner.US,
            "Correct its user and password in ~/.m2/settings.xml" + ELSEWHERE)
        : new Problem(
            place,
            "it cannot be reached (" + why + ")",
            Owner.US,
            "Connect this machine to the network, or name a proxy or mirror in ~/.m2/settings.xml"
                + ELSEWHERE);
  }

  private static Problem notFound(Artifact missing, Artifact wanted) {
    String nextStep = "Try another version of what you add, which needs it; nothing was added.";
    if (wanted.isSameAs(missing)) {
      nextStep =
          wanted.isOfCamel()
              ? "Check the mirrors in ~/.m2/settings.xml: none of them has it, and Maven Central does; nothing was added."
              : "Correct the name or the version; nothing was added.";
    }
    return new Problem(
        Where.words("artifact " + missing),
        "there is none in the repositories that Maven asks",
        Owner.US,
        nextStep);
  }

  private static String shown(String line) {
    String text =
        USER.matcher(line.replaceFirst("^(\\[\\w+\\]\\s*)+", "").strip()).replaceAll("//...@");
    return VisibleText.of(text.length() > 300 ? text.substring(0, 300) + "..." : text);
  }

  private static String end(Path log) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(0, file.length() - LONGEST_LOG));
      byte[] octets = new byte[(int) Math.min(LONGEST_LOG, file.length())];
      file.readFully(octets);
      return new String(octets, StandardCharsets.UTF_8);
    }
  }
}
