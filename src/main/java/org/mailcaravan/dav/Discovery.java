package org.mailcaravan.dav;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NeedsAttention;

/**
 * Finds the address books or calendars of an account (RFC 6764, section 6) by way of the well-known
 * URI, the current user's principal and its home sets. To other hosts it follows only where the
 * configuration allows that.
 */
final class Discovery {
  private static final int MOST_OCTETS = 8 << 20;
  private static final String TOO_LONG =
      "its answer is longer than %d MiB".formatted(MOST_OCTETS >> 20);
  private static final int MOST_HOMES = 20;
  private static final int MOST_COLLECTIONS = 1000;

  private final DavClient client;
  private final Groupware kind;

  Discovery(DavClient client, Groupware kind) {
    this.client = client;
    this.kind = kind;
  }

  /** The collections in the homes of an account. */
  static final class Found {
    final List<URI> homes;
    final List<CollectionFacts> collections = new ArrayList<>();
    private final Set<URI> uris = new HashSet<>();
    private @Nullable String standard;

    Found(List<URI> homes) {
      this.homes = homes;
    }

    /**
     * The default collection: the one that the server names, or else the first that accepts events.
     */
    Optional<CollectionFacts> standard() {
      Optional<CollectionFacts> told =
          collections.stream().filter(each -> path(each.uri()).equals(standard)).findFirst();
      return told.isPresent()
          ? told
          : collections.stream()
              .filter(each -> each.components().isEmpty() || each.components().contains("VEVENT"))
              .findFirst();
    }
  }

  PropfindResult propfind(URI uri) {
    DavAnswer answer =
        client.send("PROPFIND", uri, Map.of("Depth", "0"), DavXml.askForCollections(), MOST_OCTETS);
    List<Multistatus.Response> first = new ArrayList<>();
    Optional<String> unreadable =
        unread(
            answer,
            response -> {
              if (first.isEmpty()) {
                first.add(response);
              }
            });
    return first.isEmpty()
        ? new PropfindResult(answer, withSlash(answer.uri()), null, unreadable.orElse(null))
        : new PropfindResult(answer, withSlash(answer.uri()), first.get(0), null);
  }

  /** The homes that a resource names; often none. */
  List<URI> homes(PropfindResult result) {
    return result.response() == null
        ? List.of()
        : result.response().property(kind.homeSet()).map(Multistatus.Property::hrefs).stream()
            .flatMap(List::stream)
            .flatMap(href -> client.follow(result.uri(), href).stream())
            .map(Discovery::withSlash)
            .distinct()
            .limit(MOST_HOMES)
            .toList();
  }

  /**
   * Discovers collections from a URL: that of any resource of the account, or only of the server.
   *
   * @throws NeedsAttention with the server's answers, when nothing is found
   */
  Found from(URI base) {
    NothingFound nothing = new NothingFound(client, kind);
    List<URI> starts = new ArrayList<>();
    starts.add(base);
    URI wellKnown = base.resolve("/.well-known/" + kind.wellKnown());
    // For a URL without a path the well-known URI comes first.
    starts.add(base.getPath().length() <= 1 ? 0 : 1, wellKnown);
    for (URI start : starts) {
      PropfindResult result = propfind(start);
      nothing.add(result);
      if (result.is(kind.resourceType())) {
        Found found = new Found(List.of());
        Multistatus.Response response = result.response();
        if (response != null) {
          found.collections.add(CollectionFacts.of(result.uri(), response));
        }
        return found;
      }
      List<URI> homes = homes(result);
      if (homes.isEmpty() && result.response() != null) {
        Optional<URI> principal =
            result
                .response()
                .property("current-user-principal")
                .map(Multistatus.Property::hrefs)
                .stream()
                .flatMap(List::stream)
                .findFirst()
                .flatMap(href -> client.follow(result.uri(), href));
        Optional<PropfindResult> there = principal.map(this::propfind);
        there.ifPresent(nothing::add);
        homes = there.map(this::homes).orElse(List.of());
      }
      if (!homes.isEmpty()) {
        return in(homes);
      }
    }
    throw nothing.at(base);
  }

  /** The collections in these homes, always in the same order. */
  Found in(List<URI> homes) {
    Found found = new Found(homes);
    for (URI home : homes) {
      DavAnswer answer =
          client.send(
              "PROPFIND", home, Map.of("Depth", "1"), DavXml.askForCollections(), MOST_OCTETS);
      if (answer.status() == 404) {
        continue; // The server creates it with the first collection.
      }
      if (answer.status() != 207) {
        throw client.refused(
            home,
            "the server does not list its collections (" + answer.words() + ")",
            client.refusal(answer.status()));
      }
      unread(answer, response -> add(found, answer.uri(), response))
          .ifPresent(
              words -> {
                throw client.misbehaving(
                    home, "the server does not list all of its collections: " + words);
              });
    }
    found.collections.sort(Comparator.comparing(each -> each.uri().toString()));
    return found;
  }

  private void add(Found found, URI home, Multistatus.Response response) {
    boolean ours =
        response
            .property("resourcetype")
            .filter(type -> type.elements().contains(kind.resourceType()))
            .isPresent();
    if (ours) {
      client
          .follow(home, response.href())
          .map(Discovery::withSlash)
          .filter(found.uris::add)
          .ifPresent(uri -> found.collections.add(CollectionFacts.of(uri, response)));
      if (found.collections.size() > MOST_COLLECTIONS) {
        throw client.misbehaving(
            home,
            "the server lists more than %d collections of one account".formatted(MOST_COLLECTIONS));
      }
    }
    // RFC 6638, section 9.2: a property of the scheduling inbox, which is beside the calendars.
    if (kind == Groupware.CALENDARS) {
      response.property("schedule-default-calendar-URL").map(Multistatus.Property::hrefs).stream()
          .flatMap(List::stream)
          .findFirst()
          .flatMap(href -> client.follow(home, href))
          .ifPresent(uri -> found.standard = path(uri));
    }
  }

  /**
   * Gives each response of a 207 answer to the consumer. Returns why the answer could not be read
   * to its end, or empty; another status has no responses.
   */
  private static Optional<String> unread(
      DavAnswer answer, Consumer<Multistatus.Response> consumer) {
    if (answer.status() == 207) {
      try {
        Multistatus.read(answer.octets(), consumer);
      } catch (XMLStreamException e) {
        return Optional.of(answer.whole() ? String.valueOf(e.getMessage()) : TOO_LONG);
      }
    }
    return answer.whole() ? Optional.empty() : Optional.of(TOO_LONG);
  }

  /** The path for comparison: decoded, without a slash at its end. */
  private static String path(URI uri) {
    return uri.getPath().replaceAll("/+$", "");
  }

  private static URI withSlash(URI uri) {
    return uri.getRawPath().endsWith("/")
        ? uri
        : URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath() + "/");
  }
}
