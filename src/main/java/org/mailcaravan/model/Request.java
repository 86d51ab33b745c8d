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
 * @param sender who gets an answer; null where a person sees what becomes of it
 * @param ticket of the help desk that it belongs to; empty for none
 */
public record Request(
    Channel channel,
    String name,
    List<RequestRow> rows,
    List<RowProblem> rejected,
    RequestReading reading,
    @Nullable Sender sender,
    String ticket) {
  public Request {
    rows = List.copyOf(rows);
    rejected = List.copyOf(rejected);
  }

  /** What nobody gets an answer to, of the ticket that its first row with one names. */
  public Request(
      Channel channel,
      String name,
      List<RequestRow> rows,
      List<RowProblem> rejected,
      RequestReading reading) {
    this(channel, name, rows, rejected, reading, null, ticketOf(rows));
  }

  /** What a command names, where nobody asks how it was read. */
  public Request(String name, List<RequestRow> rows, List<RowProblem> rejected) {
    this(Channel.COMMAND, name, rows, rejected, RequestReading.UNKNOWN);
  }

  /** The same, which came in another way. */
  public Request by(Channel way) {
    return new Request(way, name, rows, rejected, reading, sender, ticket);
  }

  /** The same, from somebody who gets an answer. */
  public Request from(Sender asking) {
    return new Request(asking.channel(), name, rows, rejected, reading, asking, ticket);
  }

  /** The same with other rows. */
  public Request with(List<RequestRow> good, List<RowProblem> bad) {
    return new Request(channel, name, good, bad, reading, sender, ticket);
  }

  /** The same of another ticket. */
  public Request ofTicket(String other) {
    return new Request(channel, name, rows, rejected, reading, sender, other);
  }

  private static String ticketOf(List<RequestRow> rows) {
    return rows.stream()
        .map(row -> row.options().ticket())
        .filter(named -> !named.isEmpty())
        .findFirst()
        .orElse("");
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
        sender,
        ticket);
  }
}
