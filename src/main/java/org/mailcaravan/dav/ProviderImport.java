package org.mailcaravan.dav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.PulledResources;

/**
 * Fetches contacts or events from the old provider's server and imports them: every collection into
 * one of the same name, the default one into the default one. A later pass asks only for what has
 * changed since. Nothing is changed at the source, and what was deleted there stays at the
 * destination. Thread-safe.
 */
public final class ProviderImport {
  private final DavTransport sources;
  private final GroupwareImport destination;
  private final PulledResources pulled;
  private final Path spool;

  /**
   * @param sources to strangers' servers
   * @param destination stores what is fetched
   * @param pulled knows what was fetched before
   * @param spool an existing folder, for one resource at a time
   */
  public ProviderImport(
      DavTransport sources, GroupwareImport destination, PulledResources pulled, Path spool) {
    this.sources = sources;
    this.destination = destination;
    this.pulled = pulled;
    this.spool = spool;
  }

  /**
   * The account at the old provider.
   *
   * @param address of the mailbox there
   * @param url where to begin to look, or null for the domain of the address (RFC 6764)
   */
  public record Source(String address, @Nullable URI url, String username, Secret password) {
    /**
     * @throws NeedsAttention when there is no URL and the domain is no name of a server
     */
    URI start() {
      if (url != null) {
        return url;
      }
      String domain = address.substring(address.lastIndexOf('@') + 1);
      try {
        String host = HostNames.normal(domain);
        return URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + "/");
      } catch (IllegalArgumentException e) {
        throw new NeedsAttention(
            new Problem(
                Where.words(address),
                "the domain of the address " + e.getMessage() + ", so no server can be found by it",
                Owner.CUSTOMER,
                "Name the server in source_dav_url."),
            e);
      }
    }
  }

  /**
   * Fetches and imports all collections of one kind, one after the other.
   *
   * @param collection the display name of the collection that the default one goes into, or null
   *     for the default one
   * @param progress is run for each card or event that was dealt with
   * @return for each collection, what became of it
   * @throws org.mailcaravan.model.TryAgain when a server is busy or cannot be reached; a further
   *     call goes on where this one stopped
   * @throws NeedsAttention when a login is refused or no server is found
   */
  public List<ImportResult> pull(
      Groupware kind,
      Source source,
      DavAccount account,
      @Nullable String collection,
      Runnable progress) {
    // Without a URL nobody has said that the domain's web server shall have the login.
    DavClient client =
        new DavClient(sources, source.username(), source.password(), source.url() != null);
    Discovery.Found found = new Discovery(client, kind).from(source.start());
    Optional<CollectionFacts> standard = found.standard();
    String key =
        source.address()
            + " > "
            + account.address()
            + (collection == null ? "" : " > " + collection);
    Set<String> names = new HashSet<>();
    List<ImportResult> results = new ArrayList<>();
    for (CollectionFacts facts : found.collections) {
      boolean isStandard = standard.filter(facts::equals).isPresent();
      String name = unique(facts.name(), names);
      Destination.Wanted wanted =
          new Destination.Wanted(
              isStandard ? collection : name, name, facts.colour(), facts.components());
      try (Incoming incoming =
          new Incoming(
              destination.target(kind, account, "from " + key + " " + facts.uri()),
              wanted,
              destination.requestsInFlight(),
              progress)) {
        try {
          new Pull(new DavCollection(client, kind, facts), incoming).run(key);
        } catch (NeedsAttention e) {
          // The other collections may fare better.
          incoming.abandon(e.problem());
        }
        results.add(incoming.result(client.shown(name)));
      }
    }
    return results;
  }

  /** Two collections of one name shall stay two. */
  private static String unique(String name, Set<String> names) {
    String candidate = name;
    for (int n = 2; !names.add(candidate); n++) {
      candidate = name + " " + n;
    }
    return candidate;
  }

  /** A collection of the old provider, and where it goes. */
  private final class Pull {
    final DavCollection source;
    final Incoming incoming;

    /** Which resource, by the digest of its path, has which UIDs, and the other way round. */
    final Map<String, String> owners = new HashMap<>();

    final Map<String, Set<String>> uids = new HashMap<>();

    /** What was lost of resources that arrived otherwise, and will be no better next time. */
    final Set<Problem> losses = new HashSet<>();

    Pull(DavCollection source, Incoming incoming) {
      this.source = source;
      this.incoming = incoming;
    }

    void run(String key) {
      // What has arrived counts only for the collection in which it has.
      CollectionImport target = incoming.target();
      PulledResources.Pulled known =
          pulled.of(key, recordable(source.url()), target.key(), target.isCreated());
      String since = known.syncToken();
      Optional<DavCollection.Changes> changes =
          since == null ? Optional.empty() : source.changes(since);
      boolean onlyChanges = changes.isPresent();
      if (!onlyChanges) {
        // The first time, or the server has forgotten its token.
        changes = source.changes("");
      }
      Map<String, String> listed =
          changes.map(DavCollection.Changes::changed).orElseGet(source::requireEtags);
      List<String> gone = changes.map(DavCollection.Changes::gone).orElse(List.of());
      Set<String> goneHere = new HashSet<>(gone.stream().map(Digest::of).toList());
      Set<String> listedHere = new HashSet<>(listed.keySet().stream().map(Digest::of).toList());
      known
          .arrived()
          .forEach(
              (path, resource) -> {
                if (!goneHere.contains(path) && (onlyChanges || listedHere.contains(path))) {
                  resource.uids().forEach(uid -> owners.putIfAbsent(uid, path));
                }
              });
      List<String> due =
          listed.entrySet().stream()
              .filter(
                  each ->
                      each.getValue().isEmpty()
                          || !each.getValue().equals(etag(known, each.getKey())))
              .map(Map.Entry::getKey)
              .toList();
      long unchanged =
          onlyChanges
              ? known.arrived().size()
                  - Stream.concat(due.stream(), gone.stream())
                      .filter(path -> etag(known, path) != null)
                      .count()
              : listed.size() - due.size();
      fetch(known.id(), due, listed);
      pulled.forget(known.id(), goneHere);
      incoming.unchanged(Math.toIntExact(unchanged));
      pulled.upTo(
          known.id(),
          incoming.refused() == losses.size()
              ? changes.map(DavCollection.Changes::syncToken).orElse(null)
              : null);
    }

    /** A server may put the login into its paths. */
    private String recordable(String url) {
      return source.client().isRecordable(url) ? url : Digest.of(url);
    }

    private static @Nullable String etag(PulledResources.Pulled known, String path) {
      PulledResources.Arrived arrived = known.arrived().get(Digest.of(path));
      return arrived == null ? null : arrived.etag();
    }

    private void fetch(String id, List<String> due, Map<String, String> listed) {
      for (int from = 0; from < due.size(); from += DavCollection.GROUP) {
        List<String> group = due.subList(from, Math.min(from + DavCollection.GROUP, due.size()));
        Set<String> arrived = new HashSet<>();
        int refused = incoming.refused();
        Set<String> told = new HashSet<>();
        source.contents(
            group,
            new DavCollection.Reader() {
              @Override
              public void read(DavCollection.Content content) {
                arrived.add(content.href());
                Pull.this.read(content);
              }

              @Override
              public void unreadable(String path, String words) {
                told.add(path);
                incoming.broken(notGiven(path, " (" + words + ")"));
              }
            });
        for (String path : group) {
          if (!arrived.contains(path) && !told.contains(path)) {
            incoming.broken(notGiven(path, ""));
          }
        }
        incoming.await();
        List<Problem> problems =
            incoming.refusedSince(refused).stream().filter(p -> !losses.contains(p)).toList();
        Map<String, PulledResources.Arrived> done = new HashMap<>();
        for (String path : arrived) {
          String file = fileName(path);
          String etag = listed.getOrDefault(path, "");
          if (!etag.isEmpty() && problems.stream().noneMatch(p -> isIn(file, p.place()))) {
            String digest = Digest.of(path);
            done.put(
                digest, new PulledResources.Arrived(etag, uids.getOrDefault(digest, Set.of())));
          }
        }
        pulled.put(id, done);
      }
    }

    private static boolean isIn(String file, Where place) {
      return place instanceof Where.InFile in && in.line() > 0 && in.file().equals(file);
    }

    private Problem notGiven(String path, String words) {
      return new Problem(
          Where.file(fileName(path)),
          "the server lists it and does not give it" + words,
          Owner.OLD_HOST,
          "Look at it there; in the next pass it is tried again.");
    }

    /** By way of a file, since that is what exports come in. */
    private void read(DavCollection.Content content) {
      try {
        Path folder = Files.createTempDirectory(spool, "dav");
        Path file = folder.resolve(fileName(content.href()));
        try {
          Files.writeString(file, content.text());
          try (ExportReader reader = Exports.open(source.kind(), List.of(file), folder)) {
            Single single = new Single(Digest.of(content.href()));
            reader.read(file, single);
            if (single.given) {
              losses.addAll(single.broken);
            }
          }
        } finally {
          Files.deleteIfExists(file);
          Files.delete(folder);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the spool folder cannot be used", e);
      }
    }

    /** The last part of the path, as a name that every file system takes. */
    private String fileName(String path) {
      String segment = path.substring(path.lastIndexOf('/') + 1);
      String name = source.client().shown(segment).replaceAll("[^A-Za-z0-9@._-]", "_");
      String extension = source.kind().extension();
      String stem = name.endsWith(extension) ? name.substring(0, name.length() - 4) : name;
      return stem.substring(0, Math.min(stem.length(), 100)) + extension;
    }

    /**
     * Takes what is in one resource, but for names of collections, which the server itself has
     * told, and for what has the UID of another resource there, such as an exception that lies
     * apart from its series: in one collection, one would replace the other.
     */
    private final class Single implements ExportReader.Visitor {
      final String path;
      final List<Problem> broken = new ArrayList<>();
      boolean given;

      Single(String path) {
        this.path = path;
      }

      @Override
      public void resource(Resource resource) {
        String uid = Digest.of(resource.uid());
        String owner = owners.putIfAbsent(uid, path);
        if (owner != null && !owner.equals(path)) {
          incoming.broken(
              new Problem(
                  resource.place(),
                  "another %s there has the same UID, and a %s holds each only once"
                      .formatted(source.kind().resource(), source.kind().collection()),
                  Owner.CUSTOMER,
                  "Look at both at the old provider, and enter at the new one what is missing."));
          return;
        }
        uids.computeIfAbsent(path, key -> new HashSet<>()).add(uid);
        given = true;
        incoming.resource(resource);
      }

      @Override
      public void broken(Problem problem) {
        broken.add(problem);
        incoming.broken(problem);
      }

      @Override
      public void note(String note) {
        incoming.note(note);
      }
    }
  }
}
