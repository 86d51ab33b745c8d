package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds N and FN for a card that lacks them: vCard 3.0 requires both (RFC 2426, sections 3.1.1 and
 * 3.1.2), and there are clients that show only one or the other.
 */
final class CardNames {
  // What only a company or a distribution list has, or a card that may be one.
  private static final List<String> NO_PERSON =
      List.of("ORG", "KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS");

  // What a contact without a name is called by, in this order.
  private static final List<String> OTHER_NAMES = List.of("NICKNAME", "ORG", "EMAIL", "TEL");

  /** Whether it is an FN without anything in it. An empty N is what companies have. */
  boolean isToBeFilledIn(CardLine property) {
    return property.name().equals("FN") && property.value().isBlank();
  }

  /** Adds what is missing at the beginning. */
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
      // The whole of it, since nobody can tell which part is the family's.
      boolean noPerson = NO_PERSON.stream().anyMatch(first::containsKey);
      missing.add(
          new CardLine(
              0, formatted == null || noPerson ? "N:;;;;" : "N:;" + escaped(formatted) + ";;;"));
    }
    properties.addAll(0, missing);
  }

  /** From "family;given;additional;prefixes;suffixes" what a person would say. */
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

  /** In FN a semicolon or comma can stand as it is; in N they separate. */
  private static String escaped(String formatted) {
    return formatted.replaceAll("(?<!\\\\)([;,])", "\\\\$1");
  }
}
