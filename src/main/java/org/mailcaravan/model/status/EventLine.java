package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of what happened.
 *
 * @param number grows with each event
 * @param kind what it is about: mailbox, migration, pass, host, node
 * @param actor who did it: a route, a person
 * @param node the node that wrote it; null in events of earlier versions
 * @param source the source address of the mailbox, where the event is about one
 * @param host the source server, host and port, where the event is about one
 * @param state the state that the mailbox is in from now on, as an id; null when it has not changed
 */
public record EventLine(
    long number,
    Instant at,
    String kind,
    String actor,
    @Nullable String node,
    @Nullable String migration,
    @Nullable String mailbox,
    @Nullable String source,
    @Nullable Long pass,
    @Nullable String host,
    @Nullable String state,
    String reason) {}
