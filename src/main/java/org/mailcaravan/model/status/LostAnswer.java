package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer, or a message about a migration, that could not be given and is not tried again: who
 * should have got it waits for a person.
 *
 * @param since when it was tried last
 * @param recipient the address, or the receiver such as {@code zammad}, that it was to go to; empty
 *     for a file
 * @param migration that it tells of; null for none
 * @param message an id of {@link org.mailcaravan.model.MigrationMessage}; null for an answer
 */
public record LostAnswer(
    Instant since, String recipient, @Nullable String migration, @Nullable String message) {}
