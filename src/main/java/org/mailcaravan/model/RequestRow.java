package org.mailcaravan.model;

import org.jspecify.annotations.Nullable;

/**
 * A good row of a request, every default filled in.
 *
 * @param row its place in the request, counted from 1 without the header
 * @param line the line of the file it begins on, as in {@link RowProblem#line}
 * @param destinationPassword null when the request gives none
 * @param contacts where its contacts come from; the files existed. Null when it has none
 * @param calendar the same for its events
 * @param contactsCollection the display name of the address book that they go into, or null for the
 *     default one
 * @param calendarCollection the same for the calendar
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
    @Nullable String contactsCollection,
    @Nullable String calendarCollection) {}
