package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where the mail of a domain of a migration goes, and how far the passes after its cutover are.
 *
 * @param domain null for the mailboxes of which DNS cannot tell
 * @param verdict as {@link org.mailcaravan.model.DomainVerdict#id}; null where nobody looks
 * @param words what the last look has shown, with names that strangers chose, or why nobody looks;
 *     null where DNS cannot tell
 * @param since when the verdict changed last; null where nobody looks
 * @param lookedAt when a look has shown anything last; null before that, and where nobody looks
 * @param mailboxes those of the migration that are not cancelled
 * @param cutOver of how many of these all mail comes to us
 * @param cutoverAt since when; null where there is none
 * @param cutoverBy who has seen it: {@code dns}, or the person who said so; null likewise
 * @param oldUntil until when resolvers may remember the old records of one of them; null where
 *     there is no cutover
 * @param finalPasses how many have ended of all these mailboxes
 * @param quiet of how many mailboxes there are no more final passes to come, since the last ones
 *     brought nothing
 * @param nextFinalPass when the next one is due; null where none is
 */
public record DomainStatus(
    @Nullable String domain,
    @Nullable String verdict,
    @Nullable String words,
    @Nullable Instant since,
    @Nullable Instant lookedAt,
    long mailboxes,
    long cutOver,
    @Nullable Instant cutoverAt,
    @Nullable String cutoverBy,
    @Nullable Instant oldUntil,
    long finalPasses,
    long quiet,
    @Nullable Instant nextFinalPass) {}
