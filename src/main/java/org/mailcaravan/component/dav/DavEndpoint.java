package org.mailcaravan.component.dav;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Imports contacts and calendars that came with a mailbox to a CardDAV or CalDAV server.
 *
 * <p>The message body is an {@code org.mailcaravan.model.Mailbox} and stays it. The server and the
 * login are looked up inside the component, so that the URI holds neither.
 */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "dav",
    title = "Contacts and calendars",
    syntax = "dav:operation",
    producerOnly = true,
    category = {Category.SAAS})
public class DavEndpoint extends DefaultEndpoint {
  @UriPath
  @Metadata(required = true)
  private final DavOperation operation;

  DavEndpoint(String uri, DavComponent component, DavOperation operation) {
    super(uri, component);
    this.operation = operation;
  }

  @Override
  public Producer createProducer() {
    return new DavProducer(this);
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    throw new UnsupportedOperationException(
        getEndpointUri() + " can only be sent to; nothing can be received from it");
  }

  @Override
  public DavComponent getComponent() {
    return (DavComponent) super.getComponent();
  }

  /** What to do with the mailbox in the body. */
  public DavOperation getOperation() {
    return operation;
  }
}
