package org.mailcaravan.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of what happened.
 *
 * @param number grows by one from event to event, in the order in which the changes were committed
 * @param at when the change began, by the database's clock
 * @param node the node that recorded it
 * @param source the source address of the mailbox, where the event is about one
 */
public record RecordedEvent(
    long number, Instant at, @Nullable String node, @Nullable String source, Event event) {}
