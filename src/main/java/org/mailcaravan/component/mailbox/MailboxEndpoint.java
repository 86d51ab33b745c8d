package org.mailcaravan.component.mailbox;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.mailcaravan.passes.DueMailboxes;

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
public class MailboxEndpoint extends DefaultEndpoint {
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
              + " can only be sent to; mailboxes come from mailbox:due and mailbox:preflight");
    }
    MailboxComponent component = getComponent();
    DueMailboxes due =
        operation == MailboxOperation.due ? component.getPasses() : component.getPreflights();
    if (due == null) {
      throw new IllegalStateException(
          "the component mailbox has no bean of type ClaimedPasses, or of type Preflights");
    }
    MailboxConsumer consumer = new MailboxConsumer(this, processor, due, concurrentConsumers);
    configureConsumer(consumer);
    return consumer;
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

  /** For the operations due and preflight: how many mailboxes at once. */
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

  void requireFittingOptions() {
    if (mirrorDeletions && operation != MailboxOperation.reconcile) {
      throw new IllegalArgumentException(
          "the option mirrorDeletions goes only with mailbox:reconcile");
    }
    if (concurrentConsumers != 1 && !operation.begins()) {
      throw new IllegalArgumentException(
          "the option concurrentConsumers goes only with mailbox:due and mailbox:preflight");
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
