package org.mailcaravan.model.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer that could not be given and is not tried again: its sender waits for a person.
 *
 * @param since when it was tried last
 * @param recipient the address that it was to go to; empty for a file
 * @param migration that it tells of; null for none
 */
public record LostAnswer(Instant since, String recipient, @Nullable String migration) {}
