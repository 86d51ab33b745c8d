package org.mailcaravan.component.mailbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.model.rules.MapFolder;
import org.mailcaravan.model.rules.RuleText;
import org.mailcaravan.passes.AfterSteps;
import org.mailcaravan.passes.DueMailboxes;
import org.mailcaravan.store.StepQueue.Occasion;

/**
 * Moves the mail of a mailbox from one IMAP server to another, step by step.
 *
 * <p>The mailbox travels as the message body. Servers and logins are looked up inside the
 * component, so that the URI holds neither.
 */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "mailbox",
    title = "Mailbox",
    syntax = "mailbox:operation",
    category = {Category.MAIL})
public class MailboxEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {
  @UriPath
  @Metadata(required = true)
  private final MailboxOperation operation;

  @UriParam(label = "consumer", defaultValue = "1")
  private int concurrentConsumers = 1;

  @UriParam(label = "producer")
  private boolean count;

  @UriParam(label = "producer")
  private boolean deep;

  @UriParam(label = "producer")
  private boolean everyFolder;

  @UriParam(label = "producer")
  private boolean mirrorDeletions;

  @UriParam(label = "producer")
  private @Nullable String rules;

  @UriParam(label = "producer")
  private @Nullable String folder;

  @UriParam(label = "producer", enums = "sent,drafts,trash,junk,archive")
  private @Nullable String role;

  @UriParam(label = "producer")
  private @Nullable String larger;

  @UriParam(label = "producer")
  private @Nullable String before;

  @UriParam(label = "producer")
  private @Nullable String flag;

  @UriParam(label = "producer")
  private @Nullable String header;

  @UriParam(label = "producer")
  private @Nullable String reason;

  @UriParam(label = "producer")
  private @Nullable String to;

  /** Null for those of the settings. */
  private @Nullable List<LeaveOut> leftOut;

  /** Null for those of the settings. */
  private @Nullable List<MapFolder> mapped;

  MailboxEndpoint(String uri, MailboxComponent component, MailboxOperation operation) {
    super(uri, component);
    this.operation = operation;
  }

  @Override
  public Producer createProducer() {
    if (operation.begins()) {
      throw new UnsupportedOperationException(
          getEndpointUri() + " stands at the beginning of a route; nothing can be sent to it");
    }
    return new MailboxProducer(this);
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    if (!operation.begins()) {
      throw new UnsupportedOperationException(
          getEndpointUri()
              + " can only be sent to; mailboxes come from mailbox:due and mailbox:preflight, and"
              + " results from mailbox:afterPass and mailbox:afterMigration");
    }
    Consumer consumer = consumer(processor);
    configureConsumer(consumer);
    return consumer;
  }

  private Consumer consumer(Processor processor) {
    MailboxComponent component = getComponent();
    Occasion occasion = operation.after();
    if (occasion != null) {
      AfterSteps steps = component.getAfterSteps();
      if (steps == null) {
        throw new IllegalStateException("the component mailbox has no bean of type AfterSteps");
      }
      return new AfterConsumer(this, processor, steps, occasion, concurrentConsumers);
    }
    DueMailboxes due =
        operation == MailboxOperation.due ? component.getPasses() : component.getPreflights();
    if (due == null) {
      throw new IllegalStateException(
          "the component mailbox has no bean of type ClaimedPasses, or of type Preflights");
    }
    return new MailboxConsumer(this, processor, due, concurrentConsumers);
  }

  /** Any number of routes come after passes and migrations, each by itself. */
  @Override
  public boolean isMultipleConsumersSupported() {
    return operation.after() != null;
  }

  @Override
  public MailboxComponent getComponent() {
    return (MailboxComponent) super.getComponent();
  }

  /** What to do with the body. */
  public MailboxOperation getOperation() {
    return operation;
  }

  public int getConcurrentConsumers() {
    return concurrentConsumers;
  }

  /** At the beginning of a route: how many mailboxes or results at once. */
  public void setConcurrentConsumers(int concurrentConsumers) {
    this.concurrentConsumers = concurrentConsumers;
  }

  public boolean isCount() {
    return count;
  }

  /**
   * For the operation check: counts folders, messages and octets on both sides too, for which every
   * folder may have to be opened.
   */
  public void setCount(boolean count) {
    this.count = count;
  }

  public boolean isDeep() {
    return deep;
  }

  /**
   * For the operation verify: compares the content of all messages, which are read on both sides
   * for it, rather than their sizes and dates.
   */
  public void setDeep(boolean deep) {
    this.deep = deep;
  }

  public boolean isEveryFolder() {
    return everyFolder;
  }

  /**
   * For the operation verify: compares every folder anew. Otherwise the result of the last
   * comparison stands for folders in which nothing has happened since.
   */
  public void setEveryFolder(boolean everyFolder) {
    this.everyFolder = everyFolder;
  }

  public boolean isMirrorDeletions() {
    return mirrorDeletions;
  }

  /**
   * For the operation reconcile: removes the copies of what was deleted at the source, if we
   * appended them and nobody has touched them since.
   */
  public void setMirrorDeletions(boolean mirrorDeletions) {
    this.mirrorDeletions = mirrorDeletions;
  }

  public @Nullable String getRules() {
    return rules;
  }

  /**
   * For the operations leaveOut and map: rules as a text, as in the properties copy.leave-out and
   * copy.map.
   */
  public void setRules(String rules) {
    this.rules = rules;
  }

  public @Nullable String getFolder() {
    return folder;
  }

  /**
   * For the operations leaveOut and map: the folders of the rule, such as Projects/2020 or
   * Public/** or Old*.
   */
  public void setFolder(String folder) {
    this.folder = folder;
  }

  public @Nullable String getRole() {
    return role;
  }

  /** For the operations leaveOut and map: the folder of the rule by what it is for. */
  public void setRole(String role) {
    this.role = role;
  }

  public @Nullable String getLarger() {
    return larger;
  }

  /** For the operation leaveOut: messages larger than this, such as 50M. */
  public void setLarger(String larger) {
    this.larger = larger;
  }

  public @Nullable String getBefore() {
    return before;
  }

  /** For the operation leaveOut: messages that arrived before this day, such as 2015-01-31. */
  public void setBefore(String before) {
    this.before = before;
  }

  public @Nullable String getFlag() {
    return flag;
  }

  /** For the operation leaveOut: messages with this flag or keyword, such as Deleted or $Junk. */
  public void setFlag(String flag) {
    this.flag = flag;
  }

  public @Nullable String getHeader() {
    return header;
  }

  /**
   * For the operation leaveOut: messages with this header field, such as X-Spam-Flag: YES; * stands
   * for any letters.
   */
  public void setHeader(String header) {
    this.header = header;
  }

  public @Nullable String getReason() {
    return reason;
  }

  /** For the operation leaveOut: why, for the certificate. */
  public void setReason(String reason) {
    this.reason = reason;
  }

  public @Nullable String getTo() {
    return to;
  }

  /**
   * For the operation map: the folder at the new server, such as Archive/2020, Old/Public/** or
   * Archive/Old*.
   */
  public void setTo(String to) {
    this.to = to;
  }

  /** Where the options lead folders, or null where they do not say it: then the settings do. */
  @Nullable List<MapFolder> mapped() {
    return mapped;
  }

  /** What the options leave out, or null where they do not say it: then the settings do. */
  @Nullable List<LeaveOut> leftOut() {
    return leftOut;
  }

  private void readRules() {
    Map<String, String> conditions = new LinkedHashMap<>();
    put(conditions, "folder", folder);
    put(conditions, "role", role);
    Map<String, String> ofMessages = new LinkedHashMap<>();
    put(ofMessages, "larger", larger);
    put(ofMessages, "before", before);
    put(ofMessages, "flag", flag);
    put(ofMessages, "header", header);
    boolean leavesOut = operation == MailboxOperation.leaveOut;
    boolean maps = operation == MailboxOperation.map;
    if ((!ofMessages.isEmpty() || reason != null) && !leavesOut) {
      throw new IllegalArgumentException(
          "the options larger, before, flag, header and reason go only with mailbox:leaveOut");
    }
    if (to != null && !maps) {
      throw new IllegalArgumentException("the option to goes only with mailbox:map");
    }
    if ((rules != null || !conditions.isEmpty()) && !leavesOut && !maps) {
      throw new IllegalArgumentException(
          "the options rules, folder and role go only with mailbox:leaveOut and mailbox:map");
    }
    conditions.putAll(ofMessages);
    boolean single = !conditions.isEmpty() || reason != null || to != null;
    if (rules != null && single) {
      throw new IllegalArgumentException(
          "mailbox:" + operation + " has either the option rules or single conditions");
    }
    if (leavesOut && rules != null) {
      leftOut = RuleText.leaveOut(rules);
    } else if (leavesOut && single) {
      leftOut = List.of(RuleText.leaveOut(conditions, reason == null ? "" : reason));
    } else if (maps && rules != null) {
      mapped = RuleText.map(rules);
    } else if (maps && single) {
      if (to == null) {
        throw new IllegalArgumentException(
            "mailbox:map has no option to, the folder at the new server");
      }
      mapped = List.of(RuleText.map(conditions, to));
    }
  }

  private static void put(Map<String, String> conditions, String name, @Nullable String value) {
    if (value != null) {
      conditions.put(name, value);
    }
  }

  void requireFittingOptions() {
    readRules();
    if (mirrorDeletions && operation != MailboxOperation.reconcile) {
      throw new IllegalArgumentException(
          "the option mirrorDeletions goes only with mailbox:reconcile");
    }
    if (concurrentConsumers != 1 && !operation.begins()) {
      throw new IllegalArgumentException(
          "the option concurrentConsumers goes only with an operation that begins a route");
    }
    if (count && operation != MailboxOperation.check) {
      throw new IllegalArgumentException("the option count goes only with mailbox:check");
    }
    if ((deep || everyFolder) && operation != MailboxOperation.verify) {
      throw new IllegalArgumentException(
          "the options deep and everyFolder go only with mailbox:verify");
    }
  }
}
