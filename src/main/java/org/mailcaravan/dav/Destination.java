package org.mailcaravan.dav;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NeedsAttention;

/** Finds the collection that resources shall go into, and makes it when it is missing. */
final class Destination {
  private static final int MOST_NAMES = 20;
  private static final int LONGEST_SEGMENT = 60;

  /**
   * Which collection is meant.
   *
   * @param name its display name, or null for the one that the server or the configuration names
   * @param suggested what it shall be called when it has to be made and has no name here, or null
   * @param colour that it shall have then, or null
   * @param components that it shall take then; empty for whatever the server likes
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
   * A collection that is there.
   *
   * @param created whether it was made just now, so that nothing is in it
   * @param gone whether it was there at an earlier import and is not any more
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

  Destination(DavClient client, Groupware kind, DavAccount.Place place) {
    this.client = client;
    this.kind = kind;
    this.place = place;
    this.discovery = new Discovery(client, kind);
  }

  /**
   * @param before where the same was put at an earlier import, or null. It goes there again, even
   *     if the user has given that collection another name; and when that is gone, nowhere, since
   *     the user may have removed it
   * @throws NeedsAttention when there is no such collection and none can be made, or what is there
   *     is of another kind
   */
  Opened open(Wanted wanted, @Nullable URI before) {
    if (!place.exact()) {
      Discovery.Found found = discovery.from(place.url());
      if (found.homes.isEmpty()) {
        throw client.wrongUrl(
            place.url(),
            "this is %s itself, which all mailboxes would share".formatted(kind.aCollection()));
      }
      return in(found, wanted, before);
    }
    DavLook look = discovery.look(place.url());
    int status = look.status();
    boolean missing = status == 404 || status == 409;
    if (status == 403) {
      throw forbidden(look.answer());
    }
    if (!look.is(kind.resourceType())) {
      // A URL may also name a principal, as one for all logins of an administrator has to.
      List<URI> homes = discovery.homes(look);
      if (!homes.isEmpty()) {
        return in(discovery.in(homes), wanted, before);
      }
      if (look.isOther(kind.resourceType())) {
        throw client.wrongUrl(
            look.uri(), "there is something else than " + kind.aCollection() + " at this URL");
      }
    }
    if (wanted.name() != null) {
      if (parent(look.uri()).getPath().length() <= 1) {
        throw client.wrongUrl(
            look.uri(), "beside it there is no place for a collection of another name");
      }
      return in(discovery.in(List.of(parent(look.uri()))), wanted, before);
    }
    if (missing && before != null && isSame(look.uri(), before)) {
      return Opened.gone(CollectionFacts.at(look.uri(), null));
    }
    if (missing) {
      create(look.uri(), displayName(wanted), wanted)
          .ifPresent(
              answer -> {
                throw notCreated(look.uri(), answer);
              });
      return Opened.made(CollectionFacts.at(look.uri(), displayName(wanted)));
    }
    // A server without PROPFIND may still know PUT, whose answers tell the rest.
    Multistatus.Response told = look.response();
    return Opened.there(
        told == null ? CollectionFacts.at(look.uri(), null) : CollectionFacts.of(look.uri(), told));
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
    // 405: something lies there already (RFC 4918, section 9.3.1), perhaps of the other kind.
    for (int n = 1; n <= MOST_NAMES && (refusal == null || refusal.status() == 405); n++) {
      uri = home.resolve("./" + segment + (n == 1 ? "" : "-" + n) + "/");
      Optional<DavAnswer> answer = create(uri, displayName, wanted);
      if (answer.isEmpty()) {
        return Opened.made(CollectionFacts.at(uri, displayName));
      }
      refusal = answer.get();
      DavLook look = discovery.look(uri);
      Multistatus.Response told = look.response();
      if (refusal.status() == 405 && told != null && look.is(kind.resourceType())) {
        // Made a moment ago, when the answer to that was lost.
        CollectionFacts facts = CollectionFacts.of(look.uri(), told);
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

  /** Makes a collection; what the server says when it does not. */
  private Optional<DavAnswer> create(URI uri, String displayName, Wanted wanted) {
    if (kind == Groupware.CONTACTS) {
      return refused(
          client.send(
              "MKCOL", uri, Map.of(), DavXml.makeAddressBook(displayName), DavClient.SHORT));
    }
    Optional<DavAnswer> refused = makeCalendar(uri, displayName, wanted.colour(), wanted);
    if (refused.isPresent() && wanted.colour() != null && refused.get().status() != 405) {
      // A colour is no standard property, and one that a server does not take fails all of it.
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

  /** Whether a URL is another or lies below it, however either is written. */
  private static boolean isIn(URI above, URI uri) {
    return String.valueOf(above.getHost()).equalsIgnoreCase(uri.getHost())
        && above.getPort() == uri.getPort()
        && uri.getPath().startsWith(above.getPath());
  }

  /** The folder that a collection lies in. */
  private static URI parent(URI uri) {
    return uri.resolve("..");
  }
}
