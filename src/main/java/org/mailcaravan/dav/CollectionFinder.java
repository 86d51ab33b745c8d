package org.mailcaravan.dav;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NeedsAttention;

/** Finds the collection that resources are imported into, and creates it when it is missing. */
final class CollectionFinder {
  private static final int MOST_NAMES = 20;
  private static final int LONGEST_SEGMENT = 60;

  /**
   * The collection to find or create.
   *
   * @param name its display name, or null for the default one of the server or the configuration
   * @param suggested the display name of a new collection when {@code name} is null, or null
   * @param colour of a new collection, or null
   * @param components that a new collection accepts; empty for the server's default
   */
  record Wanted(
      @Nullable String name,
      @Nullable String suggested,
      @Nullable String colour,
      Set<String> components) {
    Wanted {
      components = Set.copyOf(components);
    }
  }

  /**
   * What {@link #open} found.
   *
   * @param created whether it is new, and so empty
   * @param gone whether it existed at an earlier import and no longer does
   */
  record Opened(CollectionFacts facts, boolean created, boolean gone) {
    static Opened there(CollectionFacts facts) {
      return new Opened(facts, false, false);
    }

    static Opened made(CollectionFacts facts) {
      return new Opened(facts, true, false);
    }

    static Opened gone(CollectionFacts facts) {
      return new Opened(facts, false, true);
    }
  }

  private final DavClient client;
  private final Groupware kind;
  private final DavAccount.Place place;
  private final Discovery discovery;

  CollectionFinder(DavClient client, Groupware kind, DavAccount.Place place) {
    this.client = client;
    this.kind = kind;
    this.place = place;
    this.discovery = new Discovery(client, kind);
  }

  /**
   * Finds or creates the collection.
   *
   * @param before the collection that an earlier import of the same source used, or null. It is
   *     used again, even if the user has renamed it. When it is gone the user may have removed it,
   *     so nothing is created.
   * @throws NeedsAttention when the collection is missing and cannot be created, or is of another
   *     kind
   */
  Opened open(Wanted wanted, @Nullable URI before) {
    if (!place.exact()) {
      return in(discovered(), wanted, before);
    }
    PropfindResult result = allowed();
    int status = result.status();
    boolean missing = status == 404 || status == 409;
    if (!result.is(kind.resourceType())) {
      // The URL may also name a principal, as it must for the login of an administrator.
      List<URI> homes = discovery.homes(result);
      if (!homes.isEmpty()) {
        return in(discovery.in(homes), wanted, before);
      }
      requireNoOther(result);
    }
    if (wanted.name() != null) {
      if (parent(result.uri()).getPath().length() <= 1) {
        throw client.wrongUrl(
            result.uri(), "a collection with another name cannot be created beside it");
      }
      return in(discovery.in(List.of(parent(result.uri()))), wanted, before);
    }
    if (missing && before != null && isSame(result.uri(), before)) {
      return Opened.gone(CollectionFacts.at(result.uri(), null));
    }
    if (missing) {
      create(result.uri(), displayName(wanted), wanted)
          .ifPresent(
              answer -> {
                throw notCreated(result.uri(), answer);
              });
      return Opened.made(CollectionFacts.at(result.uri(), displayName(wanted)));
    }
    // A server without PROPFIND may still accept PUT.
    Multistatus.Response told = result.response();
    return Opened.there(
        told == null
            ? CollectionFacts.at(result.uri(), null)
            : CollectionFacts.of(result.uri(), told));
  }

  /**
   * Looks whether the login works and the collection can be there; creates nothing.
   *
   * @throws NeedsAttention when the collection is of another kind, or the account may not read it
   */
  void look() {
    if (!place.exact()) {
      Discovery.Found unused = discovered();
      return;
    }
    PropfindResult result = allowed();
    if (!result.is(kind.resourceType()) && discovery.homes(result).isEmpty()) {
      requireNoOther(result);
    }
  }

  private Discovery.Found discovered() {
    Discovery.Found found = discovery.from(place.url());
    if (found.homes.isEmpty()) {
      throw client.wrongUrl(
          place.url(),
          "this is %s itself, which all mailboxes would share".formatted(kind.aCollection()));
    }
    return found;
  }

  private PropfindResult allowed() {
    PropfindResult result = discovery.propfind(place.url());
    if (result.status() == 403) {
      throw forbidden(result.answer());
    }
    return result;
  }

  private void requireNoOther(PropfindResult result) {
    if (result.isOther(kind.resourceType())) {
      throw client.wrongUrl(result.uri(), "what is at this URL is not " + kind.aCollection());
    }
  }

  private Opened in(Discovery.Found found, Wanted wanted, @Nullable URI before) {
    if (before != null && found.homes.stream().anyMatch(home -> isIn(home, before))) {
      return found.collections.stream()
          .filter(each -> isSame(each.uri(), before))
          .findFirst()
          .map(Opened::there)
          .orElseGet(() -> Opened.gone(CollectionFacts.at(before, null)));
    }
    String name = wanted.name();
    Optional<CollectionFacts> there =
        name == null
            ? found.standard()
            : found.collections.stream().filter(each -> each.isCalled(name)).findFirst();
    if (there.isPresent()) {
      return Opened.there(there.get());
    }
    return createIn(found.homes.get(0), displayName(wanted), wanted);
  }

  private Opened createIn(URI home, String displayName, Wanted wanted) {
    String segment = wanted.name() == null ? standardSegment() : segment(displayName);
    URI uri = home;
    DavAnswer refusal = null;
    // 405: the name is taken (RFC 4918, section 9.3.1), perhaps by another kind of collection.
    for (int n = 1; n <= MOST_NAMES && (refusal == null || refusal.status() == 405); n++) {
      uri = home.resolve("./" + segment + (n == 1 ? "" : "-" + n) + "/");
      Optional<DavAnswer> answer = create(uri, displayName, wanted);
      if (answer.isEmpty()) {
        return Opened.made(CollectionFacts.at(uri, displayName));
      }
      refusal = answer.get();
      PropfindResult result = discovery.propfind(uri);
      Multistatus.Response told = result.response();
      if (refusal.status() == 405 && told != null && result.is(kind.resourceType())) {
        // Created a moment ago by a request whose answer was lost.
        CollectionFacts facts = CollectionFacts.of(result.uri(), told);
        if (facts.isCalled(displayName)) {
          return Opened.there(facts);
        }
      }
    }
    throw notCreated(uri, refusal);
  }

  private String standardSegment() {
    return kind == Groupware.CONTACTS ? "contacts" : "calendar";
  }

  private static String segment(String displayName) {
    String plain =
        displayName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    boolean faithful = plain.length() >= 2 && plain.length() <= LONGEST_SEGMENT;
    return faithful ? plain : Digest.of(displayName);
  }

  private String displayName(Wanted wanted) {
    return Optional.ofNullable(wanted.name())
        .or(() -> Optional.ofNullable(wanted.suggested()))
        .orElse(kind == Groupware.CONTACTS ? "Contacts" : "Calendar");
  }

  /** Creates a collection; returns the answer of a server that does not. */
  private Optional<DavAnswer> create(URI uri, String displayName, Wanted wanted) {
    if (kind == Groupware.CONTACTS) {
      return refused(
          client.send(
              "MKCOL", uri, Map.of(), DavXml.makeAddressBook(displayName), DavClient.SHORT));
    }
    Optional<DavAnswer> refused = makeCalendar(uri, displayName, wanted.colour(), wanted);
    if (refused.isPresent() && wanted.colour() != null && refused.get().status() != 405) {
      // The colour is not a standard property; a server may refuse the whole request for it.
      refused = makeCalendar(uri, displayName, null, wanted);
    }
    return refused;
  }

  private Optional<DavAnswer> makeCalendar(
      URI uri, String displayName, @Nullable String colour, Wanted wanted) {
    return refused(
        client.send(
            "MKCALENDAR",
            uri,
            Map.of(),
            DavXml.makeCalendar(displayName, colour, wanted.components()),
            DavClient.SHORT));
  }

  private static Optional<DavAnswer> refused(DavAnswer answer) {
    return answer.isSuccess() && answer.status() != 207 ? Optional.empty() : Optional.of(answer);
  }

  private NeedsAttention notCreated(URI uri, @Nullable DavAnswer answer) {
    return client.attention(
        uri,
        "%s is missing there and could not be created (%s)"
            .formatted(kind.aCollection(), answer == null ? "no answer" : answer.words()),
        "Create it by hand, or correct the URL of the collections in the configuration.");
  }

  private NeedsAttention forbidden(DavAnswer answer) {
    return client.attention(
        answer.uri(),
        "the account may not read this %s (%s)".formatted(kind.collection(), answer.words()),
        "Give the account the right to read and write there, or correct the URL in the"
            + " configuration.");
  }

  private static boolean isSame(URI one, URI other) {
    return isIn(one, other) && isIn(other, one);
  }

  /** Whether a URL equals another one or is below it, however they are written. */
  private static boolean isIn(URI above, URI uri) {
    return String.valueOf(above.getHost()).equalsIgnoreCase(uri.getHost())
        && above.getPort() == uri.getPort()
        && uri.getPath().startsWith(above.getPath());
  }

  /** The home that a collection is in. */
  private static URI parent(URI uri) {
    return uri.resolve("..");
  }
}
