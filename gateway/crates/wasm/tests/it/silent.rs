//! A store that is asked and never answers.

use std::{sync::Arc, time::Duration};

use ringback_model::{
    callback::{Action, Callback, CallbackFilter, Settlement},
    fault::{CommitError, StoreError},
    ids::{BucketName, CallbackId, EnvironmentName, SessionId},
    ports::{BoxFuture, Store, Wake},
    time::Timestamp,
    unit::{Changes, Document, Scope, View},
};

pub(super) struct Silent;

fn never<'a, T: Send + 'a>() -> BoxFuture<'a, T> {
    Box::pin(std::future::pending())
}

impl Store for Silent {
    fn declare<'a>(
        &'a self,
        _: &'a EnvironmentName,
        _: Vec<(BucketName, Document)>,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        never()
    }

    fn view<'a>(&'a self, _: &'a Scope) -> BoxFuture<'a, Result<View, StoreError>> {
        never()
    }

    fn commit(&self, _: Changes) -> BoxFuture<'_, Result<Vec<Arc<Callback>>, CommitError>> {
        never()
    }

    fn reset<'a>(&'a self, _: Option<&'a SessionId>) -> BoxFuture<'a, Result<(), StoreError>> {
        never()
    }

    fn next_due(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        never()
    }

    fn claim(&self, _: Timestamp, _: usize, _: Duration) -> BoxFuture<'_, Result<Vec<Callback>, StoreError>> {
        never()
    }

    fn settle<'a>(&'a self, _: &'a CallbackId, _: Settlement) -> BoxFuture<'a, Result<Option<Callback>, StoreError>> {
        never()
    }

    fn callback<'a>(&'a self, _: &'a CallbackId) -> BoxFuture<'a, Result<Option<Callback>, StoreError>> {
        never()
    }

    fn callbacks<'a>(&'a self, _: &'a CallbackFilter) -> BoxFuture<'a, Result<Vec<Callback>, StoreError>> {
        never()
    }

    fn act<'a>(
        &'a self,
        _: &'a CallbackId,
        _: Action,
        _: Timestamp,
    ) -> BoxFuture<'a, Result<Option<(Callback, bool)>, StoreError>> {
        never()
    }

    fn pending(&self) -> BoxFuture<'_, Result<usize, StoreError>> {
        never()
    }

    fn on_due(&self, _: Wake) {}
}
