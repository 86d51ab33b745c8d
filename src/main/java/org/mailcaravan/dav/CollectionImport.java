package org.mailcaravan.dav;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
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
   * @param stored what to record about it, or null for nothing
   * @param note what a person may want to know, or null
   * @param problem why it was refused, else null
   */
  record Outcome(
      Fate fate,
      String uid,
      @Nullable Stored stored,
      @Nullable String note,
      @Nullable Problem problem) {}

  /** So often one resource may fail while the server answers to others. */
  private static final int MOST_FAILURES = 3;

  private final DavCollection collection;
  private final StoredResources ledger;
  private final String key;
  private final Map<String, Stored> known;
  private final HeldResources contents;
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
      HeldResources contents) {
    this.failures = failures;
    this.created = opened.created();
    this.gone = opened.gone();
    this.collection = collection;
    this.ledger = ledger;
    this.key = key;
    this.known = known;
    this.contents = contents;
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
    Map<String, Stored> known = ledger.of(key);
    return new CollectionImport(
        collection,
        opened,
        ledger,
        key,
        failures,
        known,
        opened.created() || opened.gone()
            ? HeldResources.none(collection)
            : HeldResources.in(collection, known.values()));
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

  /** Where it is, for people. */
  Where place() {
    return collection.client().place(collection.facts().uri());
  }

  CollectionFacts facts() {
    return collection.facts();
  }

  /** How many events were stored so that nobody is mailed, since this was asked last. */
  int leftToClient() {
    return collection.leftToClient().getAndSet(0);
  }

  /** Records what became of resources. */
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
    ResourceImport task = new ResourceImport(collection, contents, accepted, resource);
    if (gone) {
      return task.kept(false, "");
    }
    String failing = key + " " + task.uid();
    try {
      Outcome outcome = task.store(known.get(task.uid()));
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
}
