package org.mailcaravan.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A language of answers. */
public enum Language {
  ENGLISH("en"),
  GERMAN("de");

  /** Characters; a longer header is left out. */
  private static final int LONGEST_HEADER = 200;

  private final String word;

  Language(String word) {
    this.word = word;
  }

  /** Its code (ISO 639-1). */
  public String word() {
    return word;
  }

  /** By its code. */
  public static Optional<Language> of(String word) {
    return Arrays.stream(values()).filter(language -> language.word.equals(word)).findFirst();
  }

  /**
   * The one that {@code Accept-Language} or {@code Content-Language} wants most; empty where it
   * names none of these, or cannot be read.
   */
  public static Optional<Language> preferred(String header) {
    if (header.length() > LONGEST_HEADER) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(
              Locale.lookupTag(
                  Locale.LanguageRange.parse(header), List.of(ENGLISH.word, GERMAN.word)))
          .flatMap(Language::of);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
