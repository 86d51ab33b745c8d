package org.mailcaravan.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that was read and is not yet stored.
 *
 * @param channel the way that it came in
 * @param name the file's name without folder
 * @param rows the rows without problems
 * @param rejected the problems of the other rows
 * @param reading how it was read
 * @param replyTo where an answer goes; null where the sender gets it in another way
 */
public record Request(
    Channel channel,
    String name,
    List<RequestRow> rows,
    List<RowProblem> rejected,
    RequestReading reading,
    @Nullable ReplyTo replyTo) {
  public Request {
    rows = List.copyOf(rows);
    rejected = List.copyOf(rejected);
  }

  /** What does not come by mail. */
  public Request(
      Channel channel,
      String name,
      List<RequestRow> rows,
      List<RowProblem> rejected,
      RequestReading reading) {
    this(channel, name, rows, rejected, reading, null);
  }

  /** What a command names, where nobody asks how it was read. */
  public Request(String name, List<RequestRow> rows, List<RowProblem> rejected) {
    this(Channel.COMMAND, name, rows, rejected, RequestReading.UNKNOWN);
  }

  /** The same, which came in another way. */
  public Request by(Channel way) {
    return new Request(way, name, rows, rejected, reading, replyTo);
  }

  /** The same, which came by mail. */
  public Request byMail(ReplyTo sender) {
    return new Request(Channel.MAIL, name, rows, rejected, reading, sender);
  }

  /** The same with other rows. */
  public Request with(List<RequestRow> good, List<RowProblem> bad) {
    return new Request(channel, name, good, bad, reading, replyTo);
  }

  /** Whether it has no rows at all. */
  public boolean isEmpty() {
    return rows.isEmpty() && rejected.isEmpty();
  }

  /** The rows and problems that are not in another request. */
  public Request without(Request other) {
    Set<RequestRow> otherRows = new HashSet<>(other.rows);
    Set<RowProblem> otherProblems = new HashSet<>(other.rejected);
    return new Request(
        channel,
        name,
        rows.stream().filter(row -> !otherRows.contains(row)).toList(),
        rejected.stream().filter(problem -> !otherProblems.contains(problem)).toList(),
        reading,
        replyTo);
  }
}
