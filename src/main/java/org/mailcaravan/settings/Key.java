package org.mailcaravan.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One property: its name, its default, its check and what it does.
 *
 * @param name as written in the file
 * @param standard the default as written in the file, or null when the property must be set
 * @param hidden whether its value may hold a password and is never shown
 * @param effect what it does; the text in docs/settings.md (Markdown)
 */
public record Key<T>(
    String name, @Nullable String standard, boolean hidden, Parser<T> parser, String effect) {
  /** Reads and checks a value. */
  @FunctionalInterface
  public interface Parser<T> {
    /**
     * Reads a value; an empty one stands for "not set" where that is allowed.
     *
     * @param home the folder that relative paths are relative to
     * @throws IllegalArgumentException when the value is malformed; the message continues after the
     *     value, as in "is not a whole number", and does not repeat it
     */
    T parse(String text, Path home);
  }
}
