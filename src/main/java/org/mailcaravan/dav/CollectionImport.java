package org.mailcaravan.dav;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.StoredResources;
import org.mailcaravan.store.StoredResources.Stored;

/**
 * Decides for each resource what is to be done in one collection at the destination. What the user
 * changed or deleted there is left alone; what is there already, whoever brought it, is not sent
 * again; what is newer in the export replaces what we stored before. It relies on what was taken
 * down of earlier imports, and where that is lost, on what the collection holds.
 *
 * <p>Thread-safe: several resources can be stored at once, if no two have the same UID.
 */
final class CollectionImport {
  private static final int LONGEST_UID = 80;

  /** What became of a resource. */
  enum Fate {
    IMPORTED,
    ALREADY_THERE,
    UPDATED,
    KEPT,
    REFUSED
  }

  /**
   * What became of a resource.
   *
   * @param uid the digest of its UID
   * @param stored what to take down of it, or null for nothing
   * @param note what a person may want to know, or null
   * @param problem why it was refused, else null
   */
  record Outcome(
      Fate fate,
      String uid,
      @Nullable Stored stored,
      @Nullable String note,
      @Nullable Problem problem) {}

  /** What the server holds under a path. */
  private record Held(String path, @Nullable String etag, Likeness likeness) {
    String digest() {
      return likeness.digest();
    }
  }

  /** So often one resource may fail while the server answers to others. */
  private static final int MOST_FAILURES = 3;

  private final DavCollection collection;
  private final Groupware kind;
  private final StoredResources ledger;
  private final String key;
  private final Map<String, Stored> known;
  // Null where the server does not list what is there.
  private final @Nullable Map<String, String> etags;
  // What is there beside what is known, by the digest of its UID, and by its path.
  private final Map<String, Held> others = new HashMap<>();
  private final Map<String, Held> othersByPath = new HashMap<>();
  private final AtomicBoolean accepted = new AtomicBoolean();
  private final Map<String, Integer> failures;
  private final boolean created;
  private final boolean gone;

  private CollectionImport(
      DavCollection collection,
      Destination.Opened opened,
      StoredResources ledger,
      String key,
      Map<String, Integer> failures,
      Map<String, Stored> known,
      @Nullable Map<String, String> etags) {
    this.failures = failures;
    this.created = opened.created();
    this.gone = opened.gone();
    this.collection = collection;
    this.kind = collection.kind();
    this.ledger = ledger;
    this.key = key;
    this.known = known;
    this.etags = etags;
  }

  /**
   * Looks what the collection holds.
   *
   * @param account the address whose collection it is
   * @param failures how often each resource has failed, kept from one try to the next
   */
  static CollectionImport into(
      DavCollection collection,
      Destination.Opened opened,
      StoredResources ledger,
      Map<String, Integer> failures,
      String account) {
    String key = ledger.collection(account, collection.url());
    if (opened.created()) {
      ledger.forget(key);
    }
    CollectionImport target =
        new CollectionImport(
            collection,
            opened,
            ledger,
            key,
            failures,
            ledger.of(key),
            opened.created() || opened.gone() ? Map.of() : collection.etags().orElse(null));
    target.lookAtOthers();
    return target;
  }

  /** Under which it is known in the ledger. */
  String key() {
    return key;
  }

  /** Whether it was made just now, so that nothing of earlier imports is in it. */
  boolean isCreated() {
    return created;
  }

  /** Whether it was there at an earlier import and is not any more; then nothing is stored. */
  boolean isGone() {
    return gone;
  }

  CollectionFacts facts() {
    return collection.facts();
  }

  private void lookAtOthers() {
    if (etags == null) {
      return;
    }
    Set<String> ours = new HashSet<>();
    known.values().forEach(stored -> ours.add(stored.href()));
    List<String> unknown =
        new ArrayList<>(etags.keySet().stream().filter(path -> !ours.contains(path)).toList());
    collection.contents(
        unknown,
        new DavCollection.Reader() {
          @Override
          public void read(DavCollection.Content content) {
            Likeness likeness = Likeness.of(content.text());
            Held held = new Held(content.href(), content.etag(), likeness);
            othersByPath.put(held.path(), held);
            if (!likeness.uid().isEmpty()) {
              others.putIfAbsent(Digest.of(likeness.uid()), held);
            }
          }

          @Override
          public void unreadable(String path, String words) {
            // Told when something would go there.
          }
        });
  }

  /** Takes down what became of resources. */
  void record(Map<String, Stored> stored) {
    ledger.put(key, stored);
  }

  /**
   * Stores a resource where that is right.
   *
   * @throws TryAgain when the server is busy or cannot be reached; one resource at which it fails
   *     again and again, while it answers otherwise, is refused
   * @throws org.mailcaravan.model.NeedsAttention when nothing can be stored here
   */
  Outcome store(Resource resource) {
    Task task = new Task(resource);
    String failing = key + " " + task.uid;
    try {
      Outcome outcome = gone ? task.kept(false, "") : decide(task);
      failures.remove(failing);
      return outcome;
    } catch (DavCollection.Unreadable e) {
      return task.unreadable(e);
    } catch (TryAgain e) {
      if (failures.merge(failing, 1, Integer::sum) < MOST_FAILURES || !collection.answers()) {
        throw e;
      }
      failures.remove(failing);
      return task.failed(e);
    }
  }

  private Outcome decide(Task task) {
    Resource resource = task.resource;
    Problem tooMuch = task.limits();
    if (tooMuch != null) {
      return task.refused(tooMuch);
    }
    Stored before = known.get(task.uid);
    if (before != null) {
      return task.again(before);
    }
    Held other = others.get(task.uid);
    URI uri = collection.resource(resource.name());
    if (other == null) {
      other = othersByPath.get(DavPath.of(uri));
    }
    if (other != null) {
      return task.isAnother(other) ? task.create(task.otherPlace()) : task.found(other);
    }
    return etags != null && etags.containsKey(DavPath.of(uri))
        ? task.foundAt(uri)
        : task.create(uri);
  }

  /** One resource. */
  private final class Task {
    final Resource resource;
    final String uid;
    final String digest;
    final Likeness likeness;

    Task(Resource resource) {
      this.resource = resource;
      this.uid = Digest.of(resource.uid());
      this.likeness = Likeness.of(resource.content());
      this.digest = likeness.digest();
    }

    /** Whether something of another UID lies under the name that this would have. */
    boolean isAnother(Held held) {
      String there = held.likeness().uid();
      return !there.isEmpty() && !there.equals(resource.uid());
    }

    /** Where it goes then. */
    URI otherPlace() {
      return collection.resource(uid);
    }

    Outcome failed(TryAgain failure) {
      return refused(
          problem(
              "the server fails each time it is given this %s: %s"
                  .formatted(kind.resource(), failure.problem().cause()),
              Owner.US,
              "look for the reason in the log of the server, then import the file again"));
    }

    Outcome unreadable(DavCollection.Unreadable failure) {
      return refused(
          problem(
              "the server does not show what it has in its place (%s)"
                  .formatted(failure.getMessage()),
              Owner.US,
              "look for the reason in the log of the server, then import the file again"));
    }

    /** Why the collection does not take it, or null. */
    @Nullable Problem limits() {
      CollectionFacts facts = collection.facts();
      if (resource.bytes().length > facts.largest()) {
        return problem(
            "the %s has %d octets, and the server takes %d at most"
                .formatted(kind.resource(), resource.bytes().length, facts.largest()),
            Owner.CUSTOMER,
            "make it smaller, for example without its picture or attachment, and send the file"
                + " again");
      }
      if (kind == Groupware.CALENDARS && !facts.components().isEmpty()) {
        String component = resource.component();
        if (!component.isEmpty() && !facts.components().contains(component)) {
          return problem(
              "the calendar \"%s\" takes no %s".formatted(facts.name(), component),
              Owner.US,
              "name a calendar that does in calendar_collection, and send the request again");
        }
      }
      return null;
    }

    /** It was stored before. */
    Outcome again(Stored before) {
      String etag = etags == null ? null : etags.get(before.href());
      if (etags != null && etag == null) {
        return kept(!digest.equals(before.sent()), "it was deleted there");
      }
      if (etag != null && !etag.isEmpty() && etag.equals(before.etag())) {
        return untouched(before, etag);
      }
      Optional<Held> there = look(collection.uri(before.href()));
      if (there.isEmpty()) {
        return kept(!digest.equals(before.sent()), "it was deleted there");
      }
      Held held = there.get();
      if (held.digest().equals(digest)) {
        return done(Fate.ALREADY_THERE, held);
      }
      return held.digest().equals(before.held())
          ? untouched(before, held.etag())
          : kept(!digest.equals(before.sent()), "it was changed there");
    }

    /** It stands there as we left it. */
    private Outcome untouched(Stored before, @Nullable String etag) {
      if (digest.equals(before.sent())) {
        Stored now = new Stored(before.href(), etag, before.sent(), before.held());
        return outcome(Fate.ALREADY_THERE, now.equals(before) ? null : now, null, null);
      }
      if (etag == null) {
        return kept(true, "the server gives it no ETag, so that it cannot be replaced safely");
      }
      URI uri = collection.uri(before.href());
      if (look(uri).filter(held -> likeness.isOlderThan(held.likeness())).isPresent()) {
        return kept(true, "what is there is newer");
      }
      DavAnswer answer = collection.put(uri, resource, etag);
      if (answer.isSuccess()) {
        return stored(Fate.UPDATED, uri, answer);
      }
      if (answer.status() == 412 || answer.status() == 404) {
        // Changed in this very moment; or sent twice, as a lost connection makes us do.
        Optional<Held> held = look(uri);
        return held.isPresent() && held.get().digest().equals(digest)
            ? done(Fate.UPDATED, held.get())
            : kept(true, "it was changed there");
      }
      return refused(answer);
    }

    /** Something of the same UID, or under its name, is there that we know nothing of. */
    Outcome found(Held held) {
      return held.digest().equals(digest)
          ? done(Fate.ALREADY_THERE, held)
          : kept(true, "there was another version before, or it was changed there");
    }

    Outcome foundAt(URI uri) {
      Optional<Held> there = look(uri);
      if (there.filter(this::isAnother).isPresent()) {
        return create(otherPlace());
      }
      return there.map(this::found).orElseGet(() -> create(uri));
    }

    Outcome create(URI uri) {
      DavAnswer answer = collection.put(uri, resource, null);
      if (answer.isSuccess()) {
        return stored(Fate.IMPORTED, uri, answer);
      }
      if (answer.status() == 412) {
        Optional<Held> there = look(uri);
        if (there.filter(this::isAnother).isPresent() && !uri.equals(otherPlace())) {
          return create(otherPlace());
        }
        return there
            .map(this::found)
            .orElseGet(() -> kept(true, "something is there that cannot be read"));
      }
      // RFC 4791, section 5.3.2.1, and RFC 6352, section 6.3.2.1: the UID lies there elsewhere.
      if (answer.failedFor("no-uid-conflict")) {
        return answer
            .errorHref()
            .flatMap(collection::path)
            .flatMap(path -> look(collection.uri(path)))
            .map(this::found)
            .orElseGet(
                () -> kept(true, "the server has its UID already, perhaps in another collection"));
      }
      return refused(answer);
    }

    private Outcome stored(Fate fate, URI uri, DavAnswer answer) {
      accepted.set(true);
      if (answer.etag() != null) {
        return outcome(
            fate, new Stored(DavPath.of(uri), answer.etag(), digest, digest), null, null);
      }
      // Without an ETag it may stand there otherwise than it was sent (RFC 4791, section 5.3.4).
      return look(uri)
          .map(held -> done(fate, held))
          .orElseGet(() -> outcome(fate, null, null, null));
    }

    private Optional<Held> look(URI uri) {
      return collection
          .get(uri)
          .map(content -> new Held(DavPath.of(uri), content.etag(), Likeness.of(content.text())));
    }

    private Outcome done(Fate fate, Held held) {
      // What lies in another collection is none of this one's.
      boolean here = held.path().startsWith(collection.path());
      Stored there = new Stored(held.path(), held.etag(), digest, held.digest());
      return outcome(fate, here ? there : null, null, null);
    }

    /**
     * @param told whether the export says something that is not there now
     */
    Outcome kept(boolean told, String why) {
      return outcome(
          Fate.KEPT,
          null,
          told
              ? place() + ": not stored, because " + why + ". What the user has is left as it is."
              : null,
          null);
    }

    Outcome refused(Problem problem) {
      return outcome(Fate.REFUSED, null, null, problem);
    }

    private Outcome refused(DavAnswer answer) {
      if (answer.status() == 403 && answer.conditions().isEmpty() && !accepted.get()) {
        throw collection
            .client()
            .attention(
                collection.facts().uri(),
                "the account may not write to this %s (%s)"
                    .formatted(kind.collection(), answer.words()),
                "give the account the right to write there, or correct the URL in the"
                    + " configuration");
      }
      if ((answer.status() == 404 || answer.status() == 409) && answer.conditions().isEmpty()) {
        collection.requireThere();
      }
      String cause = "the server refused the %s (%s)".formatted(kind.resource(), answer.words());
      return refused(
          answer.status() >= 500
              ? problem(
                  cause,
                  Owner.US,
                  "look for the reason in the log of the server, then import the file again")
              : problem(
                  cause,
                  Owner.CUSTOMER,
                  "enter it at the new %s by hand, or mend it in the file and send that again"
                      .formatted(kind.collection())));
    }

    private Problem problem(String cause, Owner owner, String nextStep) {
      return new Problem(place(), cause, owner, nextStep);
    }

    private String place() {
      String plain = resource.uid().replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
      return "%s (UID %s)"
          .formatted(
              resource.place(),
              plain.length() <= LONGEST_UID ? plain : plain.substring(0, LONGEST_UID) + "...");
    }

    private Outcome outcome(
        Fate fate, @Nullable Stored stored, @Nullable String note, @Nullable Problem problem) {
      return new Outcome(fate, uid, stored, note, problem);
    }
  }
}
