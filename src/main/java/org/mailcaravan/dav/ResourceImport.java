package org.mailcaravan.dav;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.dav.CollectionImport.Fate;
import org.mailcaravan.dav.CollectionImport.Outcome;
import org.mailcaravan.dav.HeldResources.Held;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.StoredResources.Stored;

/** Decides what is to be done with one resource. */
final class ResourceImport {
  private static final int LONGEST_UID = 80;

  private final DavCollection collection;
  private final Groupware kind;
  private final HeldResources contents;
  private final AtomicBoolean accepted;
  private final Resource resource;
  private final String uid;
  private final String digest;
  private final Likeness likeness;

  /**
   * @param contents what the collection holds
   * @param accepted whether the collection has taken something, which then must not be asked
   */
  ResourceImport(
      DavCollection collection, HeldResources contents, AtomicBoolean accepted, Resource resource) {
    this.collection = collection;
    this.kind = collection.kind();
    this.contents = contents;
    this.accepted = accepted;
    this.resource = resource;
    this.uid = Digest.of(resource.uid());
    this.likeness = Likeness.of(resource.content());
    this.digest = likeness.digest();
  }

  /** The digest of its UID. */
  String uid() {
    return uid;
  }

  /**
   * Stores it where that is right.
   *
   * @param before what was stored of its UID before, or null
   * @throws DavCollection.Unreadable when the server does not show what it has in its place
   */
  Outcome store(@Nullable Stored before) {
    Problem tooMuch = limits();
    if (tooMuch != null) {
      return refused(tooMuch);
    }
    if (before != null) {
      return again(before);
    }
    URI uri = collection.resource(resource.name());
    String path = DavPath.of(uri);
    Held other = contents.ofUid(uid);
    if (other == null) {
      other = contents.at(path);
    }
    if (other != null) {
      return isAnother(other) ? create(otherPlace()) : found(other);
    }
    return contents.etag(path) == null ? create(uri) : foundAt(uri);
  }

  /** Whether something of another UID lies under the name that this would have. */
  private boolean isAnother(Held held) {
    String other = held.likeness().uid();
    return !other.isEmpty() && !other.equals(resource.uid());
  }

  /** Where it goes then. */
  private URI otherPlace() {
    return collection.resource(uid);
  }

  Outcome failed(TryAgain failure) {
    return refused(
        problem(
            "the server fails each time it is given this %s: %s"
                .formatted(kind.resource(), failure.problem().cause()),
            Owner.US,
            "Look for the reason in the log of the server, then import the file again."));
  }

  Outcome unreadable(DavCollection.Unreadable failure) {
    return refused(
        problem(
            "the server does not show what it has in its place (%s)"
                .formatted(failure.getMessage()),
            Owner.US,
            "Look for the reason in the log of the server, then import the file again."));
  }

  /** Why the collection does not take it, or null. */
  private @Nullable Problem limits() {
    CollectionFacts facts = collection.facts();
    if (resource.bytes().length > facts.largest()) {
      return problem(
          "the %s has %d octets, and the server takes %d at most"
              .formatted(kind.resource(), resource.bytes().length, facts.largest()),
          Owner.CUSTOMER,
          "Make it smaller, for example without its picture or attachment, and send the file"
              + " again.");
    }
    if (kind == Groupware.CALENDARS && !facts.components().isEmpty()) {
      String component = resource.component();
      if (!component.isEmpty() && !facts.components().contains(component)) {
        return problem(
            "the calendar \"%s\" takes no %s"
                .formatted(collection.client().shown(facts.name()), component),
            Owner.US,
            "Name a calendar that does in calendar_collection, and send the request again.");
      }
    }
    return null;
  }

  /** It was stored before. */
  private Outcome again(Stored before) {
    String etag = contents.etag(before.href());
    if (contents.isListed() && etag == null) {
      return kept(!digest.equals(before.sent()), "it was deleted there");
    }
    if (etag != null && !etag.isEmpty() && etag.equals(before.etag())) {
      return untouched(before, etag);
    }
    Optional<Held> there = contents.look(collection.uri(before.href()));
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
    Held now = contents.look(uri).orElse(null);
    if (now != null && likeness.isOlderThan(now.likeness())) {
      return kept(true, "what is there is newer");
    }
    if (now != null && now.invites() && collection.scheduling() != Scheduling.NONE) {
      return kept(true, "the server would tell its attendees of the change");
    }
    Problem mailing = mailing();
    if (mailing != null) {
      return refused(mailing);
    }
    DavAnswer answer = put(uri, etag);
    if (answer.isSuccess()) {
      return stored(Fate.UPDATED, uri, answer);
    }
    if (answer.status() == 412 || answer.status() == 404) {
      // Changed in this very moment; or sent twice, as a lost connection makes us do.
      Optional<Held> held = contents.look(uri);
      return held.isPresent() && held.get().digest().equals(digest)
          ? done(Fate.UPDATED, held.get())
          : kept(true, "it was changed there");
    }
    return refused(answer);
  }

  /** Something of the same UID, or under its name, is there that we know nothing of. */
  private Outcome found(Held held) {
    return held.digest().equals(digest)
        ? done(Fate.ALREADY_THERE, held)
        : kept(true, "there was another version before, or it was changed there");
  }

  private Outcome foundAt(URI uri) {
    Optional<Held> there = contents.look(uri);
    if (there.filter(this::isAnother).isPresent()) {
      return create(otherPlace());
    }
    return there.map(this::found).orElseGet(() -> create(uri));
  }

  private Outcome create(URI uri) {
    Problem mailing = mailing();
    if (mailing != null) {
      return refused(mailing);
    }
    DavAnswer answer = put(uri, null);
    if (answer.isSuccess()) {
      return stored(Fate.IMPORTED, uri, answer);
    }
    if (answer.status() == 412) {
      Optional<Held> there = contents.look(uri);
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
          .flatMap(path -> contents.look(collection.uri(path)))
          .map(this::found)
          .orElseGet(
              () -> kept(true, "the server has its UID already, perhaps in another collection"));
    }
    return refused(answer);
  }

  /** Whether somebody could be mailed because of it. */
  private boolean invites() {
    return kind == Groupware.CALENDARS && Invitations.isIn(resource.content());
  }

  /** Why it is not given to a server that mails attendees whatever it says, or null. */
  private @Nullable Problem mailing() {
    return invites() && collection.scheduling() == Scheduling.ALWAYS && !collection.mayMail()
        ? problem(
            "the server mails invitations to the attendees of what is stored there (Zimbra does)",
            Owner.US,
            "switch that off there and name the server in dav.allow-scheduling-server, or have it"
                + " entered by hand; then import the file again")
        : null;
  }

  /** Sends it so that a server that schedules leaves its attendees alone. */
  private DavAnswer put(URI uri, @Nullable String etag) {
    boolean quiet = invites() && collection.scheduling() != Scheduling.NONE;
    DavAnswer answer =
        collection.put(
            uri,
            quiet ? resource.withContent(Invitations.leftToClient(resource.content())) : resource,
            etag);
    if (quiet && answer.isSuccess()) {
      collection.leftToClient().incrementAndGet();
    }
    return answer;
  }

  private Outcome stored(Fate fate, URI uri, DavAnswer answer) {
    accepted.set(true);
    if (answer.etag() != null) {
      return outcome(fate, new Stored(DavPath.of(uri), answer.etag(), digest, digest), null, null);
    }
    // Without an ETag it may stand there otherwise than it was sent (RFC 4791, section 5.3.4).
    return contents
        .look(uri)
        .map(held -> done(fate, held))
        .orElseGet(() -> outcome(fate, null, null, null));
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

  private Outcome refused(Problem problem) {
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
              "Give the account the right to write there, or correct the URL in the"
                  + " configuration.");
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
                "Look for the reason in the log of the server, then import the file again.")
            : problem(
                cause,
                Owner.CUSTOMER,
                "Enter it at the new %s by hand, or fix it in the file and send that again."
                    .formatted(kind.collection())));
  }

  private Problem problem(String cause, Owner owner, String nextStep) {
    return new Problem(place(), cause, owner, nextStep);
  }

  private Where place() {
    String plain = resource.uid().replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return resource
        .place()
        .of(plain.length() <= LONGEST_UID ? plain : plain.substring(0, LONGEST_UID) + "...");
  }

  private Outcome outcome(
      Fate fate, @Nullable Stored stored, @Nullable String note, @Nullable Problem problem) {
    return new Outcome(fate, uid, stored, note, problem);
  }
}
