package org.mailcaravan.model;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The result of a comparison of both sides of a mailbox.
 *
 * @param issued when it was made; each folder has its own time of comparison
 * @param source the old provider's server
 * @param destination the new server
 * @param folders an account of each source folder that is copied
 * @param excluded source folders that are not copied, each with the rule
 * @param rules sentences: the rules that leave out messages
 * @param obstacles sentences: what keeps the mailbox as a whole from being complete
 */
public record Certificate(
    Instant issued,
    String source,
    String destination,
    List<FolderCertificate> folders,
    List<LeftOutFolder> excluded,
    List<String> rules,
    List<String> obstacles) {
  public Certificate {
    folders = List.copyOf(folders);
    excluded = List.copyOf(excluded);
    rules = List.copyOf(rules);
    obstacles = List.copyOf(obstacles);
  }

  /** The worst of all folders. A mailbox without folders is not complete. */
  public Verdict verdict() {
    return obstacles.isEmpty()
        ? folders.stream()
            .map(FolderCertificate::verdict)
            .max(Comparator.naturalOrder())
            .orElse(Verdict.INCOMPLETE)
        : Verdict.INCOMPLETE;
  }

  /** A copy with more obstacles. */
  public Certificate withObstacles(List<String> more) {
    return new Certificate(
        issued,
        source,
        destination,
        folders,
        excluded,
        rules,
        Stream.concat(obstacles.stream(), more.stream()).toList());
  }

  /** Sentences without a full stop: how many messages of some folders each rule leaves out. */
  public static List<String> leftOut(List<FolderCertificate> folders) {
    Map<String, Long> leftOut = new LinkedHashMap<>();
    folders.stream()
        .flatMap(folder -> folder.leftOut().stream())
        .forEach(rule -> leftOut.merge(rule.rule(), rule.messages(), Long::sum));
    return leftOut.entrySet().stream()
        .map(
            rule ->
                (rule.getValue() == 1 ? "1 message is" : rule.getValue() + " messages are")
                    + " left out on purpose, by the rule "
                    + rule.getKey())
        .toList();
  }

  /** Whether the contents of all messages were compared. */
  public boolean deep() {
    return folders.stream().allMatch(FolderCertificate::deep);
  }

  /** The sum of a count over all folders. */
  public long sum(ToLongFunction<FolderCertificate> count) {
    return folders.stream().mapToLong(count).sum();
  }
}
