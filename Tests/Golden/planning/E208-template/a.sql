SELECT ${tenant};
