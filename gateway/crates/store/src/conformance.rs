//! What every store does, as tests that any of them can run: `ringback_store::conformance!(open)`, where `open` is an
//! async function from [`StoreLimits`](crate::StoreLimits) to an empty store.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a case that fails panics: that is how tests fail"
)]

mod fixture;
pub mod queue;
pub mod sessions;
pub mod units;

/// Makes a test of every case, against the stores that a function opens.
#[macro_export]
macro_rules! conformance {
    ($open:expr) => {
        $crate::conformance! { $open;
            units: a_unit_is_seen_whole_and_only_once_committed,
                pushes_of_many_clients_all_stay,
                increments_of_many_clients_all_count,
                a_conflict_leaves_nothing_behind,
                a_full_queue_refuses_the_whole_unit,
                a_commit_dropped_before_it_began_did_nothing,
                a_bucket_can_be_left_without_content,
                a_bucket_that_waits_is_made_once;
            sessions: sessions_and_environments_do_not_see_each_other,
                a_reset_touches_one_session_alone,
                a_reset_of_all_leaves_what_was_declared,
                a_call_from_before_a_reset_does_not_undo_it,
                a_reload_keeps_state_and_forgets_what_is_gone,
                sessions_are_bounded_but_the_default_one_always_opens;
            queue: callbacks_are_claimed_when_due_in_order,
                a_lane_sends_one_at_a_time_in_the_order_of_commits,
                a_retry_keeps_its_place_in_its_lane,
                lanes_of_two_scopes_are_two,
                a_lease_ends,
                a_hold_keeps_a_callback_and_its_lane_until_released,
                a_hold_during_an_attempt_counts_once_it_ends,
                firing_goes_out_of_turn,
                a_parked_callback_waits_for_an_operator,
                a_settled_callback_is_left_alone,
                what_is_cancelled_while_attempted_stays_cancelled,
                a_plugin_cancels_only_in_its_own_scope,
                an_idempotency_key_is_taken_once,
                the_same_unit_twice_schedules_once,
                what_follows_is_committed_with_the_attempt,
                what_finds_no_room_does_not_settle,
                settled_callbacks_are_kept_up_to_a_number,
                a_list_is_filtered_and_sorted,
                an_earlier_due_time_wakes;
        }
    };
    ($open:expr; $($group:ident: $($case:ident),+;)+) => {
        $(mod $group {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::conformance::$group::$case($open).await;
            })+
        })+
    };
}
