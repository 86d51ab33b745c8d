package org.mailcaravan.console;

import java.util.function.LongSupplier;

/**
 * A number of this process that only grows, for the metrics.
 *
 * @param name as in {@code mailcaravan_messages_copied}, without the ending {@code _total}
 * @param help what it counts, as a sentence without its stop
 * @param value thread-safe, and quick
 */
public record Counter(String name, String help, LongSupplier value) {}
