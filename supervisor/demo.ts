/** `ct demo`: to be filled. */
