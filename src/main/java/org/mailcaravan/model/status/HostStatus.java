package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A source server and how many mailboxes of it may run at once.
 *
 * @param name host and port
 * @param running how many passes of it run
 * @param allowed how many may run now; 0 while it is paused or left alone
 * @param configured how many may run by the settings
 * @param learned how many it lets in at once, as its answers have taught; null when it set no limit
 * @param reason why it is {@code learned}, or why nobody begins there; null when there is none
 * @param notBefore nobody begins there before; null when there is no such time
 * @param paused whether a person has paused it
 * @param waiting how many passes of it are due and wait
 */
public record HostStatus(
    String name,
    int running,
    int allowed,
    int configured,
    @Nullable Integer learned,
    @Nullable String reason,
    @Nullable Instant notBefore,
    boolean paused,
    long waiting) {}
