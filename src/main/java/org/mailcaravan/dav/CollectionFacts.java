package org.mailcaravan.dav;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an address book or calendar on a server.
 *
 * @param uri ended by a slash
 * @param displayName or null when it has none
 * @param colour in Apple's form, "#RRGGBB" or "#RRGGBBAA", or null
 * @param components the components that it accepts, such as VEVENT; empty when it does not say
 * @param largest the size of the largest resource that it accepts, in octets; {@link
 *     Long#MAX_VALUE} when it does not say
 */
record CollectionFacts(
    URI uri,
    @Nullable String displayName,
    @Nullable String colour,
    Set<String> components,
    long largest) {
  /** In characters; our servers accept no longer name. */
  private static final int LONGEST_NAME = 1000;

  CollectionFacts {
    components = Set.copyOf(components);
  }

  /** A collection of which only the URL is known. */
  static CollectionFacts at(URI uri, @Nullable String displayName) {
    return new CollectionFacts(uri, displayName, null, Set.of(), Long.MAX_VALUE);
  }

  static CollectionFacts of(URI uri, Multistatus.Response response) {
    Set<String> components =
        response
            .property("supported-calendar-component-set")
            .map(Multistatus.Property::elements)
            .orElse(List.of())
            .stream()
            .filter(name -> !name.startsWith("{"))
            .collect(Collectors.toSet());
    long largest =
        response
            .text("max-resource-size")
            .filter(text -> text.matches("\\d{1,18}"))
            .map(Long::parseLong)
            .filter(octets -> octets > 0)
            .orElse(Long.MAX_VALUE);
    return new CollectionFacts(
        uri,
        response.text("displayname").map(CollectionFacts::bounded).orElse(null),
        response.text("calendar-color").orElse(null),
        components,
        largest);
  }

  private static String bounded(String name) {
    if (name.length() <= LONGEST_NAME) {
      return name;
    }
    int end =
        Character.isHighSurrogate(name.charAt(LONGEST_NAME - 1)) ? LONGEST_NAME - 1 : LONGEST_NAME;
    return name.substring(0, end);
  }

  /** The display name, or else the last part of the path. */
  String name() {
    return Optional.ofNullable(displayName).orElseGet(() -> lastSegment(uri));
  }

  boolean isCalled(String name) {
    return name().equals(name) || lastSegment(uri).equals(name);
  }

  /** The last part of a path, decoded, without slashes. */
  static String lastSegment(URI uri) {
    String path = uri.getPath().replaceAll("/+$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
