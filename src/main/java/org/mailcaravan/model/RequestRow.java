package org.mailcaravan.model;

import org.jspecify.annotations.Nullable;

/**
 * A row of a request without problems, with all defaults filled in.
 *
 * @param row its number in the request, counted from 1 without the header
 * @param line the line of the file it begins on, as in {@link RowProblem#line}
 * @param sourcePassword empty with an OAuth profile, or where it comes later
 * @param destinationPassword null when the request has none
 * @param contacts where its contacts come from; its files exist. Null when it has none
 * @param calendar the same for its events
 * @param options what else it says
 */
public record RequestRow(
    int row,
    int line,
    String sourceAddress,
    Secret sourcePassword,
    Server source,
    String sourceUsername,
    String destinationAddress,
    @Nullable Secret destinationPassword,
    @Nullable GroupwareSource contacts,
    @Nullable GroupwareSource calendar,
    RowOptions options) {
  /** The same, which says something else beside. */
  public RequestRow with(RowOptions other) {
    return new RequestRow(
        row,
        line,
        sourceAddress,
        sourcePassword,
        source,
        sourceUsername,
        destinationAddress,
        destinationPassword,
        contacts,
        calendar,
        other);
  }

  /** Whether its mailbox cannot be opened before a password comes. */
  public boolean lacksPassword() {
    return sourcePassword.isEmpty() && options.sourceOauthProfile().isEmpty();
  }
}
