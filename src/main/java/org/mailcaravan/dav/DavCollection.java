package org.mailcaravan.dav;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;

/** One address book or calendar on a server. Thread-safe. */
final class DavCollection {
  /** How many resources one request asks for. */
  static final int GROUP = 25;

  /** Limit of resources in one collection; more would fill the memory. */
  static final int MOST_RESOURCES = 200_000;

  /** Parts of one list of changes; a hostile server could send parts without end. */
  private static final int MOST_PARTS = 1000;

  private static final int MOST_LISTED = 64 << 20;
  private static final int MOST_IN_GROUP = 8 << 20;
  private static final int MOST_IN_RESOURCE = ExportReader.LARGEST_RESOURCE + (1 << 20);

  private final DavClient client;
  private final Groupware kind;
  private final CollectionFacts facts;
  private final boolean mayMail;
  private final AtomicInteger leftToClient = new AtomicInteger();
  private @Nullable Scheduling scheduling;

  DavCollection(DavClient client, Groupware kind, CollectionFacts facts) {
    this(client, kind, facts, false);
  }

  /**
   * @param mayMail whether events with attendees are stored even where the server mails them
   *     regardless
   */
  DavCollection(DavClient client, Groupware kind, CollectionFacts facts, boolean mayMail) {
    this.mayMail = mayMail;
    this.client = client;
    this.kind = kind;
    this.facts = facts;
  }

  /**
   * A resource with its content.
   *
   * @param etag or null when the server gives none
   */
  record Content(String href, @Nullable String etag, String text) {}

  /** The server lists a resource but does not return it. */
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreadable(String words) {
      super(words);
    }
  }

  /** Receives the contents of resources. */
  interface Reader {
    void read(Content content);

    /**
     * The server does not return a resource.
     *
     * @param words what the server answers instead
     */
    void unreadable(String path, String words);
  }

  CollectionFacts facts() {
    return facts;
  }

  Groupware kind() {
    return kind;
  }

  DavClient client() {
    return client;
  }

  boolean mayMail() {
    return mayMail;
  }

  /** How many events were stored with SCHEDULE-AGENT=CLIENT. */
  AtomicInteger leftToClient() {
    return leftToClient;
  }

  /** What the server does with events that have attendees. It is asked once. */
  synchronized Scheduling scheduling() {
    Scheduling known = scheduling;
    if (known == null) {
      known = client.scheduling(facts.uri());
      scheduling = known;
    }
    return known;
  }

  /** The URL of a resource with this name. */
  URI resource(String name) {
    return facts.uri().resolve("./" + name + kind.extension());
  }

  /**
   * The ETags of all resources, by path; an empty text for a resource without one. Empty when the
   * server does not list them.
   */
  Optional<Map<String, String>> etags() {
    DavAnswer answer = list();
    Map<String, String> etags = new LinkedHashMap<>();
    return unlisted(answer, etags).isEmpty() ? Optional.of(etags) : Optional.empty();
  }

  /**
   * As {@link #etags}.
   *
   * @throws NeedsAttention with the server's answer, when it does not list them
   */
  Map<String, String> requireEtags() {
    DavAnswer answer = list();
    Map<String, String> etags = new LinkedHashMap<>();
    unlisted(answer, etags)
        .ifPresent(
            words -> {
              String cause = "the server does not list what is in it (%s)".formatted(words);
              throw answer.isSuccess()
                  ? client.misbehaving(facts.uri(), cause)
                  : client.refused(facts.uri(), cause, client.refusal(answer.status()));
            });
    return etags;
  }

  private DavAnswer list() {
    return client.send(
        "PROPFIND", facts.uri(), Map.of("Depth", "1"), DavXml.askForEtags(), MOST_LISTED);
  }

  /** Why a list could not be read; empty when it was. */
  private Optional<String> unlisted(DavAnswer answer, Map<String, String> etags) {
    if (answer.status() != 207) {
      return Optional.of(answer.words());
    }
    if (!answer.whole()) {
      return Optional.of("its answer is longer than %d MiB".formatted(MOST_LISTED >> 20));
    }
    try {
      Multistatus.read(
          answer.octets(),
          response -> {
            boolean folder =
                response
                    .property("resourcetype")
                    .filter(type -> type.elements().contains("{" + DavXml.DAV + "}collection"))
                    .isPresent();
            Optional<String> path = path(response.href());
            if (!folder && path.isPresent() && !path.get().equals(path())) {
              etags.put(path.get(), etag(response).orElse(""));
              requireFewer(etags.size());
            }
          });
    } catch (XMLStreamException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private Optional<String> etag(Multistatus.Response response) {
    return response.text("getetag").filter(client::isRecordable);
  }

  private void requireFewer(int resources) {
    if (resources > MOST_RESOURCES) {
      throw new NeedsAttention(
          new Problem(
              client.place(facts.uri()),
              "the server lists more than %d resources in it".formatted(MOST_RESOURCES),
              client.side().server(),
              "Check what is there. It can be split up, or moved with exported files."));
    }
  }

  /**
   * @throws TryAgain when the collection was removed during the import; the next attempt creates it
   *     again
   */
  void requireThere() {
    if (new Discovery(client, kind).propfind(facts.uri()).status() == 404) {
      throw new TryAgain(
          new Problem(
              client.place(facts.uri()),
              "the %s was removed while resources were put into it".formatted(kind.collection()),
              client.side().server(),
              "Find out who removes it."),
          null,
          new IOException("HTTP status 404"));
    }
  }

  /** Its URL, normalised. */
  String url() {
    return uri(path()).toString();
  }

  /** Its path, in the form of {@link #path(String)}. */
  String path() {
    return DavPath.of(facts.uri());
  }

  /** Whether the server answers a request for the collection. */
  boolean answers() {
    try {
      return new Discovery(client, kind).propfind(facts.uri()).status() < 400;
    } catch (TryAgain e) {
      return false;
    }
  }

  /**
   * The decoded path that an href names ({@link DavPath}); empty when it is not a path of this
   * server.
   */
  Optional<String> path(String href) {
    return client.listed(facts.uri(), href).map(DavPath::of);
  }

  /** The URL of a path of {@link #path(String)}. */
  URI uri(String path) {
    // Not resolved: a path that begins with two slashes would name another host.
    URI base = facts.uri();
    return URI.create(base.getScheme() + "://" + base.getRawAuthority() + DavPath.raw(path));
  }

  /**
   * Gets a resource; empty when there is none.
   *
   * @throws Unreadable when the server does not return it
   */
  Optional<Content> get(URI uri) {
    DavAnswer answer = client.send("GET", uri, MOST_IN_RESOURCE);
    if (answer.status() == 404 || answer.status() == 410) {
      return Optional.empty();
    }
    if (!answer.isSuccess()) {
      throw new Unreadable(answer.words());
    }
    return Optional.of(
        new Content(DavPath.of(uri), answer.etag(), ExportText.decode(answer.octets())));
  }

  /**
   * Gets listed resources, in groups.
   *
   * @param paths as {@link #etags} gives them
   * @param reader receives those that still exist, in any order
   */
  void contents(List<String> paths, Reader reader) {
    for (int from = 0; from < paths.size(); from += GROUP) {
      group(paths.subList(from, Math.min(from + GROUP, paths.size())), reader);
    }
  }

  private void group(List<String> paths, Reader reader) {
    Optional<Map<String, Content>> found = multiget(paths);
    if (found.isPresent()) {
      for (String path : paths) {
        Content content = found.get().get(path);
        if (content != null) {
          reader.read(content);
        } else {
          // A server may leave out some of the resources.
          single(path, reader);
        }
      }
    } else if (paths.size() > 1) {
      // The answer was too long or refused; smaller groups may work.
      group(paths.subList(0, paths.size() / 2), reader);
      group(paths.subList(paths.size() / 2, paths.size()), reader);
    } else {
      single(paths.get(0), reader);
    }
  }

  private void single(String path, Reader reader) {
    Optional<Content> content;
    try {
      content = get(uri(path));
    } catch (Unreadable e) {
      reader.unreadable(path, String.valueOf(e.getMessage()));
      return;
    }
    content.ifPresent(reader::read);
  }

  /**
   * Gets resources with one REPORT; empty when the answer is too long or the server does not
   * support it.
   */
  private Optional<Map<String, Content>> multiget(List<String> paths) {
    List<String> hrefs = paths.stream().map(path -> uri(path).getRawPath()).toList();
    DavAnswer answer =
        client.send(
            "REPORT",
            facts.uri(),
            Map.of("Depth", "1"),
            DavXml.askForContents(kind, hrefs),
            MOST_IN_GROUP);
    if (answer.status() != 207 || !answer.whole()) {
      return Optional.empty();
    }
    Map<String, Content> found = new HashMap<>();
    try {
      Multistatus.read(answer.octets(), response -> add(found, response));
    } catch (XMLStreamException e) {
      return Optional.empty();
    }
    return Optional.of(found);
  }

  private void add(Map<String, Content> found, Multistatus.Response response) {
    Optional<String> text =
        response.text(kind == Groupware.CONTACTS ? "address-data" : "calendar-data");
    Optional<String> path = path(response.href());
    if (text.isPresent() && path.isPresent()) {
      found.put(
          path.get(), new Content(path.get(), etag(response).orElse(null), text.get() + "\n"));
    }
  }

  /**
   * The changes since a sync-token.
   *
   * @param changed ETags of new and changed resources, by path
   * @param gone paths of removed resources
   * @param syncToken for the next request
   */
  record Changes(Map<String, String> changed, List<String> gone, String syncToken) {}

  /**
   * Asks for the changes (RFC 6578).
   *
   * @param since a sync-token, or an empty text for all resources
   * @return empty when the server refuses the token or does not support it
   */
  Optional<Changes> changes(String since) {
    Map<String, String> changed = new LinkedHashMap<>();
    Set<String> gone = new LinkedHashSet<>();
    String token = since;
    // A server may send them in several parts (RFC 6578, section 3.6).
    int parts = 0;
    for (boolean more = true; more; parts++) {
      if (parts == MOST_PARTS) {
        return Optional.empty();
      }
      DavAnswer answer =
          client.send(
              "REPORT",
              facts.uri(),
              Map.of("Depth", "0"),
              DavXml.askForChanges(token),
              MOST_LISTED);
      if (answer.status() != 207 || !answer.whole()) {
        return Optional.empty();
      }
      boolean[] cut = new boolean[1];
      int before = changed.size() + gone.size();
      Optional<String> next;
      try {
        next =
            Multistatus.read(
                answer.octets(),
                response -> {
                  Optional<String> path = path(response.href());
                  boolean itself = path.filter(path()::equals).isPresent();
                  if (itself) {
                    cut[0] |= response.status() == 507;
                  } else if (path.isPresent() && response.status() == 404) {
                    gone.add(path.get());
                  } else if (path.isPresent() && !path.get().endsWith("/")) {
                    changed.put(path.get(), etag(response).orElse(""));
                  }
                  requireFewer(changed.size() + gone.size());
                });
      } catch (XMLStreamException e) {
        return Optional.empty();
      }
      boolean stands = changed.size() + gone.size() == before || token.equals(next.orElse(""));
      if (next.filter(client::isRecordable).isEmpty() || (cut[0] && stands)) {
        return Optional.empty();
      }
      token = next.get();
      more = cut[0];
    }
    return Optional.of(new Changes(changed, List.copyOf(gone), token));
  }

  /**
   * Stores a resource.
   *
   * @param etag of the version to replace, or null when nothing may be there yet
   */
  DavAnswer put(URI uri, Resource resource, @Nullable String etag) {
    return client.send(
        "PUT",
        uri,
        etag == null
            ? Map.of("If-None-Match", "*", "Content-Type", kind.mediaType())
            : Map.of("If-Match", etag, "Content-Type", kind.mediaType()),
        resource.bytes());
  }
}
