package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A problem of a pass that ended.
 *
 * @param id the number of the pass and its place in it: {@code 17.0}
 * @param source the address of its mailbox at the old provider
 * @param code an id of {@link org.mailcaravan.model.ProblemCode}
 * @param severity an id of {@link org.mailcaravan.model.Severity}
 * @param owner who can fix it: {@code customer}, {@code old-host} or {@code us}
 * @param place where it is, in words that may hold a stranger's
 * @param cause what happened, in words that may hold a server's
 * @param nextStep what to do next
 * @param notBefore when the server lets us in again, as it said; null when there is no such time
 * @param at when its pass ended
 */
public record ProblemStatus(
    String id,
    long pass,
    String mailbox,
    String migration,
    String source,
    String code,
    String severity,
    String owner,
    String place,
    String cause,
    String nextStep,
    @Nullable Instant notBefore,
    @Nullable Instant at) {}
