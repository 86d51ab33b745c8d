package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adds N and FN to a card that lacks them. vCard 3.0 requires both (RFC 2426, sections 3.1.1 and
 * 3.1.2), and some clients show only one of them.
 */
final class CardNames {
  // Properties that say that a card may be of a company or a distribution list.
  private static final List<String> NO_PERSON =
      List.of("ORG", "KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS");

  // The properties that replace a missing name, best first.
  private static final List<String> OTHER_NAMES = List.of("NICKNAME", "ORG", "EMAIL", "TEL");

  /** Whether it is an empty FN. An empty N stays: companies have one. */
  boolean isToBeFilledIn(CardLine property) {
    return property.name().equals("FN") && property.value().isBlank();
  }

  /** Adds a missing FN or N at the beginning. */
  void fillIn(List<CardLine> properties) {
    Map<String, String> first = new HashMap<>();
    properties.forEach(property -> first.putIfAbsent(property.name(), property.value()));
    List<CardLine> missing = new ArrayList<>();
    String name = first.get("N");
    String formatted = first.get("FN");
    if (formatted == null) {
      String found =
          Stream.concat(
                  Stream.of(inOrder(name == null ? "" : name)),
                  OTHER_NAMES.stream().map(other -> firstPart(first.getOrDefault(other, ""))))
              .filter(candidate -> !candidate.isBlank())
              .findFirst()
              .orElse("?");
      missing.add(new CardLine(0, "FN:" + found));
    }
    if (name == null) {
      // FN as a whole becomes the given name: which part is the family name is not known.
      boolean noPerson = NO_PERSON.stream().anyMatch(first::containsKey);
      missing.add(
          new CardLine(
              0, formatted == null || noPerson ? "N:;;;;" : "N:;" + escaped(formatted) + ";;;"));
    }
    properties.addAll(0, missing);
  }

  /** Turns "family;given;additional;prefixes;suffixes" into the order in which a name is spoken. */
  private static String inOrder(String name) {
    List<String> parts = new ArrayList<>(List.of(name.split("(?<!\\\\);", -1)));
    while (parts.size() < 5) {
      parts.add("");
    }
    return Stream.of(parts.get(3), parts.get(1), parts.get(2), parts.get(0), parts.get(4))
        .map(part -> part.replaceAll("(?<!\\\\),", " ").strip())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static String firstPart(String value) {
    return value.split("(?<!\\\\)[;,]", 2)[0].strip();
  }

  /** Escapes semicolons and commas: they separate the parts of N, but not of FN. */
  private static String escaped(String formatted) {
    return formatted.replaceAll("(?<!\\\\)([;,])", "\\\\$1");
  }
}
