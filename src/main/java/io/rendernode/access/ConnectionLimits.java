package io.rendernode.access;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * What one connection may hold: few requests that wait for the answers to those before them, and no answer that nobody
 * reads. A connection is not idle while an answer is being made or read, however long that takes.
 */
final class ConnectionLimits extends ChannelDuplexHandler {
    private static final String NAME = "limits";

    /** Vert.x's own, which is the last. */
    private static final String HANDLER = "handler";

    /** Requests that a client may send ahead of the answers. */
    private static final int MOST_AHEAD = 100;

    private int unanswered;
    private boolean overrun;
    private long lastUnread;

    private ConnectionLimits() {
        // The request that it was made for.
        unanswered = 1;
    }

    /** Watches over the connection that a request came by. */
    static void watch(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            var pipeline = base.channelHandlerContext().pipeline();
            boolean closed = pipeline.get(HANDLER) == null;
            if (!closed && pipeline.get(NAME) == null) {
                pipeline.addBefore(HANDLER, NAME, new ConnectionLimits());
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest && ++unanswered > MOST_AHEAD) {
            overrun = true;
            var unused = context.close();
        }
        // Of a request that it has heard half of Vert.x could not bear the end.
        if (overrun) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
        if (message instanceof LastHttpContent) {
            unanswered--;
        }
        var unused = context.write(message, written);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent) || unanswered == 0 || isStuck(context)) {
            context.fireUserEventTriggered(event);
        }
    }

    /** Whether the client has read nothing of what there is since the last look. */
    private boolean isStuck(ChannelHandlerContext context) {
        ChannelOutboundBuffer answers = context.channel().unsafe().outboundBuffer();
        long unread = answers == null || answers.isEmpty()
                ? 0
                : answers.totalPendingWriteBytes() - answers.currentProgress() + Integer.MAX_VALUE;
        boolean stuck = unread != 0 && unread == lastUnread;
        lastUnread = unread;
        return stuck;
    }
}
