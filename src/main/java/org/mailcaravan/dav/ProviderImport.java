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
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.PulledResources;

/**
 * Fetches contacts or events from the old provider's server and imports them: every collection into
 * one with the same name, the default one into the default one. A later pass asks only for changes.
 * Nothing is changed at the source, and what is deleted there stays at the destination.
 * Thread-safe.
 */
public final class ProviderImport {
  private final DavTransport sources;
  private final GroupwareImport destination;
  private final PulledResources pulled;
  private final Path spool;

  /**
   * @param sources to old providers' servers
   * @param destination imports what is fetched
   * @param pulled records what was fetched
   * @param spool an existing folder; holds one resource at a time
   */
  public ProviderImport(
      DavTransport sources, GroupwareImport destination, PulledResources pulled, Path spool) {
    this.sources = sources;
    this.destination = destination;
    this.pulled = pulled;
    this.spool = spool;
  }

  /** The same import, which records what it fetches and stores in the database of one pass. */
  public ProviderImport recordingIn(Database pass) {
    return new ProviderImport(
        sources, destination.recordingIn(pass), new PulledResources(pass), spool);
  }

  /**
   * The account at the old provider.
   *
   * @param address of the mailbox at the source
   * @param url where discovery begins, or null for the domain of the address (RFC 6764)
   */
  public record Source(String address, @Nullable URI url, DavLogin login) {
    /**
     * The server that gets the login, as {@link HostNames#normal} writes it; empty for a URL that
     * names none.
     *
     * @throws NeedsAttention as {@link #start}
     */
    public String host() {
      String host = start().getHost();
      try {
        return host == null ? "" : HostNames.normal(host);
      } catch (IllegalArgumentException e) {
        return "";
      }
    }

    /**
     * The URL where discovery begins.
     *
     * @throws NeedsAttention when there is none and the domain is not a valid host name
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
                Where.ofMailbox("", address),
                "the domain of the address " + e.getMessage() + ", so the server cannot be found",
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
   * @param progress is run after each stored card or event
   * @return one result for each collection
   * @throws org.mailcaravan.model.TryAgain when a server is busy or cannot be reached; the next
   *     call continues
   * @throws NeedsAttention when a login is refused or no server is found
   */
  public List<ImportResult> pull(
      Groupware kind,
      Source source,
      DavAccount account,
      @Nullable String collection,
      Runnable progress) {
    DavClient client = client(sources, source);
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
      CollectionFinder.Wanted wanted =
          new CollectionFinder.Wanted(
              isStandard ? collection : name, name, facts.colour(), facts.components());
      try (StoringVisitor incoming =
          new StoringVisitor(
              destination.target(kind, account, "from " + key + " " + facts.uri()),
              wanted,
              destination.requestsInFlight(),
              progress)) {
        try {
          new Pull(new DavCollection(client, kind, facts), incoming).run(key);
        } catch (NeedsAttention e) {
          // The other collections may still work.
          incoming.abandon(e.problem());
        }
        results.add(incoming.result(client.shown(name)));
      }
    }
    return results;
  }

  /**
   * Looks what there is to fetch; fetches and stores nothing.
   *
   * @return how many collections the account has, in a sentence
   * @throws org.mailcaravan.model.TryAgain when the server is busy or cannot be reached
   * @throws NeedsAttention when the login is refused or no server is found
   */
  public String look(Groupware kind, Source source, Runnable goOn) {
    DavClient client = client(sources.asking(goOn), source);
    int number = new Discovery(client, kind).from(source.start()).collections.size();
    return "At %s we found %d %s%s."
        .formatted(source.host(), number, kind.collection(), number == 1 ? "" : "s");
  }

  /** Without a URL nobody has said that the web server of the domain may see the login. */
  private static DavClient client(DavTransport transport, Source source) {
    return new DavClient(transport, source.login(), source.url() != null);
  }

  /** A name that no other collection has, so that two with the same name stay two. */
  private static String unique(String name, Set<String> names) {
    String candidate = name;
    for (int n = 2; !names.add(candidate); n++) {
      candidate = name + " " + n;
    }
    return candidate;
  }

  /** Imports one collection of the old provider. */
  private final class Pull {
    final DavCollection source;
    final StoringVisitor incoming;

    /** The resource that has a UID: digest of its path, by digest of the UID. */
    final Map<String, String> owners = new HashMap<>();

    /** The UIDs of a resource: digests, by the digest of its path. */
    final Map<String, Set<String>> uids = new HashMap<>();

    /** Problems with parts of resources that were otherwise imported. A retry would not help. */
    final Set<Problem> losses = new HashSet<>();

    Pull(DavCollection source, StoringVisitor incoming) {
      this.source = source;
      this.incoming = incoming;
    }

    void run(String key) {
      // What an earlier pass imported counts only for the collection that it went into.
      CollectionImport target = incoming.target();
      PulledResources.Pulled known =
          pulled.of(key, recordable(source.url()), target.key(), target.isCreated());
      String since = known.syncToken();
      Optional<DavCollection.Changes> changes =
          since == null ? Optional.empty() : source.changes(since);
      boolean onlyChanges = changes.isPresent();
      if (!onlyChanges) {
        // The first pass, or the server no longer knows the token.
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

    /** The URL, or its digest when it may not be stored: a server may put the login into paths. */
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
          "the server lists it, but does not return it" + words,
          Owner.OLD_HOST,
          "Check it there. The next pass tries again.");
    }

    /** Reads a resource by way of a file, as {@link ExportReader} does. */
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

    /** The last part of the path, as a name that every file system accepts. */
    private String fileName(String path) {
      String segment = path.substring(path.lastIndexOf('/') + 1);
      String name = source.client().shown(segment).replaceAll("[^A-Za-z0-9@._-]", "_");
      String extension = source.kind().extension();
      String stem = name.endsWith(extension) ? name.substring(0, name.length() - 4) : name;
      return stem.substring(0, Math.min(stem.length(), 100)) + extension;
    }

    /**
     * Imports what is in one resource, except what has the UID of another resource at the source,
     * such as an exception that is stored apart from its series: one would replace the other. The
     * names of collections in the content are ignored, since the server names its collections.
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
                  "another %s there has the same UID, and a %s can hold only one of them"
                      .formatted(source.kind().resource(), source.kind().collection()),
                  Owner.CUSTOMER,
                  "Compare both at the old provider, and enter what is missing on the new server."));
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
